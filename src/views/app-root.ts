/** Address of the folder that the page was served from, with a slash at its end. */
export function appRoot(): string {
  return new URL('.', location.href).href;
}
