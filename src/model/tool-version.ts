/** The version of this tool, as in package.json. */
export const toolVersion = '0.1.0';
