/** The build of Bottleneck that the plugins of Octokit bring along; its own package types only the large one. */
declare module 'bottleneck/light.js' {
  export { default } from 'bottleneck';
}
