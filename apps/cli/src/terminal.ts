/** Strings from manifests and packets may hold escape sequences; none reaches a terminal. Tabs and line ends stay. */
export const plain = (text: string): string => (/[^\n\t -~]/.test(text) ? text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (mark) => (mark === '\n' || mark === '\t' ? mark : '?')) : text);

export const say = (text: string): void => void process.stderr.write(`${plain(text)}\n`);
export const print = (text: string): void => void process.stdout.write(`${plain(text)}\n`);
/** As JSON writes it, so that nothing is lost and a terminal is safe all the same. */
const escaped = (mark: string): string => Array.from({ length: mark.length }, (_, i) => `\\u${mark.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
/** Most texts are all ASCII, and to see that is many times faster than to look for what may not be printed. */
const safeJson = (text: string): string => (/[^\n -~]/.test(text) ? text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, escaped) : text);

/** Machine output alone goes to stdout. */
export const printJson = (value: unknown): void => void process.stdout.write(`${safeJson(JSON.stringify(value, null, 2))}\n`);
