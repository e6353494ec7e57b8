/** What a tag means, and which part of the changelog is a release's. */
import { describe, expect, it } from 'vitest';
import { changelogSection } from '../../../scripts/release/changelog-section.ts';
import { distTagOf, movedTag, releaseOf } from '../../../scripts/release/release-tags.ts';

describe('changelogSection', () => {
  const changelog = [
    '# Changelog\n\nThe form.\n\n## Unreleased\n\n- new\n\n## [1.10.0] - 2026-12-01\n\n### Added\n\n- ten\n',
    '## 1.1.0 - 2026-11-30\n\n- one\n\n## 1.0.0\n\n## 0.9.0\n\n- nine\n',
  ].join('\n');

  it.each([
    ['Unreleased', '- new\n'],
    ['1.10.0', '### Added\n\n- ten\n'],
    ['1.1.0', '- one\n'],
    ['0.9.0', '- nine\n'],
    ['1.0.0', null],
    ['1.1', null],
    ['2.0.0', null],
  ])('%s', (version, text) => expect(changelogSection(changelog, version)).toBe(text));
});

describe('releaseOf', () => {
  it.each(['v1', 'v1.2', '1.2.3', 'v1.2.3.4', 'v01.2.3', 'v1.2.3;ls', 'v1.2.3+5', ''])('%j is no release', (tag) => expect(releaseOf(tag)).toBeNull());

  it.each([
    ['v1.2.3', '1.2.3', 'latest'],
    ['v2.0.0-rc.1', '2.0.0-rc.1', 'next'],
  ] as const)('%s', (tag, version, distTag) => {
    const release = releaseOf(tag);
    expect(release?.version).toBe(version);
    expect(release === null ? '' : distTagOf(release)).toBe(distTag);
  });
});

describe('movedTag', () => {
  const tags = ['v1', 'v0.9.0', 'v1.2.9', 'v1.10.0', 'v2.0.0-rc.1', 'v2.0.0-rc.2', 'vendor'];
  it.each([
    ['v1.10.0', 'v1'],
    ['v1.10.1', 'v1'],
    ['v1.2.10', null],
    ['v0.9.0', 'v0'],
    ['v2.0.0-rc.2', null],
    ['v2.0.0', 'v2'],
    ['v1', null],
  ])('%s moves %s', (tag, major) => expect(movedTag(tag, tags)).toBe(major));
});
