/** Tells "there is no such file" from every other reason why the system does not give one. */

/** For a `catch`: null where nothing stands at the name; whatever else went wrong is thrown on, so that it is said and not taken for an absence. */
export function notThere(error: unknown): null {
  if (isNotThere(error)) return null;
  throw error;
}

export function isNotThere(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP' || error.code === 'ENAMETOOLONG')
  );
}
