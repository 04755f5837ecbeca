/** Saves what is behind a link. Its own headers say that it is to be saved, and under which name: the page stays where it is. */
export function save(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.rel = "noreferrer";
  link.click();
}
