/** Cuts the section of one version out of a changelog in the form of Keep a Changelog. */

/** Without its heading; null when there is none or nothing stands in it. Headings may be `## 1.2.3`, `## [1.2.3]` or either with ` - <day>`. */
export function changelogSection(changelog: string, version: string): string | null {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((section) => /^\[?([^\]\s]+)\]?/.exec(section)?.[1] === version);
  const text = found?.slice(found.indexOf('\n') + 1).trim() ?? '';
  return text === '' ? null : `${text}\n`;
}
