/** What the user can put right: one sentence and a remedy, no stack. */

export class UserError extends Error {
  readonly remedy: string;

  constructor(sentence: string, remedy: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'UserError';
    this.remedy = remedy;
  }
}
