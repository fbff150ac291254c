/** Strings from manifests and packets may hold escape sequences; none reaches a terminal. Tabs and line ends stay. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (mark) => (mark === '\n' || mark === '\t' ? mark : '?'));

export const say = (text: string): void => void process.stderr.write(`${plain(text)}\n`);
export const print = (text: string): void => void process.stdout.write(`${plain(text)}\n`);
/** Machine output alone goes to stdout. */
export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
