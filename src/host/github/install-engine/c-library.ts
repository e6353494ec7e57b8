/** Which C library this process runs on: containers with another one mount the same tool cache, and a native package fits one only. */

/** null where the platform has no choice of them. */
export function cLibrary(): 'glibc' | 'musl' | null {
  if (process.platform !== 'linux') return null;
  const { header } = process.report.getReport() as unknown as { readonly header: { readonly glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}
