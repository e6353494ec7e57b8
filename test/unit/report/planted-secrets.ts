/** One secret of every kind, none of them real: put together here, so that no scanner takes this file for a leak. */

const alphabet = 'Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Qr1St2Uv';
const letters = (length: number) => alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);

export const planted: Readonly<Record<string, string>> = {
  'a key of the form sk-': `${'sk'}-${letters(48)}`,
  'a project key': `${'sk'}-proj-${letters(60)}_${letters(40)}-T3BlbkFJ${letters(20)}`,
  'a classic GitHub token': `${'ghp'}_${letters(36)}`,
  'an OAuth token': `${'gho'}_${letters(36)}`,
  'a user token': `${'ghu'}_${letters(36)}`,
  'an installation token': `${'ghs'}_${letters(36)}`,
  'a long installation token': `${'ghs'}_${`${letters(60)}._-`.repeat(9).slice(0, 516)}`,
  'a fine-grained token': `${'github'}_pat_${letters(22)}_${letters(59)}`,
  'an access key': `${'AKIA'}${'IOSFODNN7EXAMPLE'}`,
  'a temporary access key': `${'ASIA'}${'IOSFODNN7EXAMPLE'}`,
  'a bearer header': `${'Bearer'} ${letters(40)}==`,
  'a Slack token': `${'xoxb'}-123456789012-1234567890123-${letters(24)}`,
  'a Google key': `${'AIza'}${letters(35)}`,
  'a private key': `-----BEGIN ${'RSA PRIVATE'} KEY-----\n${letters(64)}\n${letters(64)}\n-----END ${'RSA PRIVATE'} KEY-----`,
  'a private key in JSON': `-----BEGIN ${'PRIVATE'} KEY-----\\n${letters(64)}\\n-----END ${'PRIVATE'} KEY-----\\n`,
  'a web token': `${'eyJ'}${letters(33)}.${'eyJ'}${letters(60)}.${letters(43)}`,
};
