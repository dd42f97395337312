import { Part } from '../../ui/part';

/** What renders Markdown. It is loaded with the first answer. */
export const answerMarkdown = new Part(() => import('./answer-markdown'));
