#!/usr/bin/env node
/** The command line as a program: what only a process has, its clock, its environment and its streams, goes to one call. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommand } from './cli/run-command.ts';
import type { ProgressLine } from './cli/run-flags.ts';
import { defaultMemory } from './host/default-memory.ts';
import { bearClosedPipes, stopCleanly } from './host/stop-cleanly.ts';
import { screenWidth } from './report/terminal-style.ts';
import { sha256Of } from './model/sha256.ts';
import { toolVersion } from './model/tool-version.ts';

/** One line on a terminal that says what is going on and how fast; nothing in a pipe. */
function progressLine(): ProgressLine {
  if (!process.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  const started = performance.now();
  return {
    show: (period, { stage, rows }) => {
      const seconds = (performance.now() - started) / 1000;
      const rate = rows !== null && seconds > 0.2 ? `, ${Math.round(rows / seconds).toLocaleString('en')} rows/s` : '';
      process.stderr.write(`\r\u001b[K${period}: ${stage}${rows === null ? '' : `, ${rows.toLocaleString('en')} rows${rate}`}`);
    },
    clear: () => process.stderr.write('\r\u001b[K'),
  };
}

function complain(text: string): void {
  process.stderr.write(text);
}

function say(sentence: string, remedy: string): void {
  complain(`trueup: ${sentence}\n  ${remedy}\n`);
}

stopCleanly(say);
bearClosedPipes(say);
const colour = (process.stdout.isTTY || process.env['FORCE_COLOR']) && !process.env['NO_COLOR'] ? 'ansi' : 'plain';
process.exitCode = await runCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  complain,
  progress: progressLine(),
  today: () => new Date().toISOString().slice(0, 10),
  clock: { now: Date.now, wait: (milliseconds) => setTimeout(milliseconds) },
  screen: { colour, width: screenWidth(process.stdout.columns ?? (Number(process.env['COLUMNS']) || undefined)) },
  toolVersion,
  programSha256: () => sha256Of(readFileSync(fileURLToPath(import.meta.url))),
  temporaryRoot: tmpdir(),
  memoryBytes: defaultMemory,
  environment: process.env,
});
