/** Commands of the runner: whatever a text holds, it stays one command, and a plain line is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotate, inGroup, mask, remark, say } from '../../../../src/host/github/runner-log.ts';
import { asStep } from '../../../e2e/action/as-step.ts';

const logOf = async (run: () => unknown): Promise<string> => (await asStep({}, async () => run())).log;

describe('annotations', () => {
  it('escape what ends a line, a value or a property', async () => {
    const annotation = {
      level: 'error',
      file: 'a,b:c%.yaml',
      line: 3,
      column: null,
      title: 'x\r\n::error::y',
      message: '50%\n::set-output name=a::b\r%0A',
    } as const;
    expect(await logOf(() => annotate(annotation))).toBe(
      '::error title=x%0D%0A%3A%3Aerror%3A%3Ay,file=a%2Cb%3Ac%25.yaml,line=3::50%25%0A::set-output name=a::b%0D%250A\n',
    );
  });

  it('are one line for any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (file, message) => {
        const text = await logOf(() => annotate({ level: 'warning', file, line: 1, column: 1, title: message, message }));
        expect(text.slice(0, -1)).not.toMatch(/[\r\n]/);
        expect(text).toMatch(/^::warning /);
      }),
    );
  });

  it('leave out what is not known', async () => {
    expect(await logOf(() => remark('notice', 'all is well'))).toBe('::notice title=Trueup::all is well\n');
  });
});

describe('the log', () => {
  it.each([
    ['::error::boom', ' \u2236:error::boom\n'],
    ['a\n::error::boom', 'a ::error::boom\n'],
    ['##[error]boom', '# #[error]boom\n'],
  ])('takes %j for a line', async (text, said) => {
    expect(await logOf(() => say(text))).toBe(said);
  });

  it('ends a group also when what is in it throws', async () => {
    const broken = async () => inGroup('A\n::error::b', async () => Promise.reject(new Error('no')));
    expect(await logOf(async () => expect(broken()).rejects.toThrow('no'))).toBe('::group::A%0A::error::b\n::endgroup::\n');
  });

  it('hides a secret from there on', async () => {
    expect(await logOf(() => mask('word\nof two lines'))).toBe('::add-mask::word%0Aof two lines\n');
  });
});
