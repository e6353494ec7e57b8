/** What the documents of a file say of pages: that more follow, how many rows there are in all, that an answer is a refusal. */
import { type Problem, unreadable } from './problem.ts';
import { moreFlags, nextNames, pageNextNames, pageNumbers, pageObjects, pageTotals } from '../model/page-marks.ts';

export class PageWitness {
  #more: Problem | null = null;
  #total = 0n;

  /** Only the last document of a file may not say that there is more: the others are its pages. */
  beginDocument(): void {
    this.#more = null;
  }

  /** The scalars of an object at `at`, by key; a refusal where it is one. `rows` names the document. */
  hear(at: string, marks: ReadonlyMap<string, string>, rows: string): Problem | null {
    let refusal: Problem | null = null;
    for (const [key, value] of marks) {
      const place = `${at}.${key}`;
      if (saysMore(key, value)) this.#more = morePages({ place, found: value.slice(0, 100), rows });
      if ((key === 'success' && value === 'false') || (key === 'error' && value !== 'null' && value !== '')) {
        refusal ??= unreadable('evidence-syntax', 'error-answer', { place, rows });
      }
      if (pageTotals.includes(key) && isCount(value) && BigInt(value) > this.#total) this.#total = BigInt(value);
    }
    for (const [key, of] of pageNumbers) {
      const [page = '', pages = ''] = [marks.get(key), marks.get(of)];
      if (isCount(page) && isCount(pages) && BigInt(page) < BigInt(pages)) this.#more = morePages({ place: `${at}.${of}`, found: pages, rows });
    }
    return refusal;
  }

  /** `count` = the rows of all documents. */
  finish(count: number, rows: string): Problem | null {
    if (this.#more !== null || this.#total <= BigInt(count)) return this.#more;
    return morePages({ place: 'total', found: String(this.#total), rows, read: String(count) });
  }
}

/** Whether an object of this name says something about pages, and not about what is on them. */
export function isAboutPages(key: string): boolean {
  return pageObjects.includes(key);
}

function morePages(args: Problem['args']): Problem {
  return unreadable('evidence-half-read', 'more-pages', args);
}

function saysMore(key: string, value: string): boolean {
  if (moreFlags.includes(key)) return ['true', '1'].includes(value.toLowerCase());
  return [...nextNames, ...pageNextNames].includes(key) && !['', 'null', 'false', '0'].includes(value);
}

function isCount(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}
