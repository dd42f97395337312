import { Part } from '../../ui/part';

/** What renders Markdown. It is loaded with the first answer. */
export const answerMarkdown = new Part(() => import('./answer-markdown'));
/** What tells the words of code apart. It is loaded with the first block of code. */
export const codeWords = new Part(() => import('./markdown-code'));
/** What draws formulas. It is loaded with the first of them. */
export const formulas = new Part(() => import('./markdown-math'));
