/** Commands of the runner: whatever a text holds, it stays one command. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationCommand, noticeCommand } from '../../../src/host/github/workflow-commands.ts';

describe('annotationCommand', () => {
  it('escapes what ends a line, a value or a property', () => {
    const annotation = {
      level: 'error',
      file: 'a,b:c%.yaml',
      line: 3,
      column: null,
      title: 'x\r\n::error::y',
      message: '50%\n::set-output name=a::b\r%0A',
    } as const;
    expect(annotationCommand(annotation)).toBe(
      '::error file=a%2Cb%3Ac%25.yaml,line=3,title=x%0D%0A%3A%3Aerror%3A%3Ay::50%25%0A::set-output name=a::b%0D%250A\n',
    );
  });

  it('is one line for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (file, message) => {
        const text = annotationCommand({ level: 'warning', file, line: 1, column: 1, title: message, message });
        expect(text.slice(0, -1)).not.toMatch(/[\r\n]/);
        expect(text).toMatch(/^::warning /);
      }),
    );
  });

  it('leaves out what is not known', () => {
    expect(noticeCommand('notice', 'all is well')).toBe('::notice title=Trueup::all is well\n');
  });
});
