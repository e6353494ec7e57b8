/** A screen without colour that breaks no line, for tests that look for sentences. */
import type { Screen } from '../src/report/terminal-style.ts';

export const plainScreen: Screen = { colour: 'plain', width: 10_000 };
