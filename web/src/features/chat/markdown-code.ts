import { common, createLowlight } from 'lowlight';
import { type HastNode, languageOf, replaceIn, textOf } from './hast';

/** Longer code stays plain: it would be read anew for each piece of a growing answer. */
const kLettersMax = 30_000;

const lowlight = createLowlight(common);

/** Marks the words of code by what they are. Unknown languages stay plain. */
export const rehypeCode = () => (tree: HastNode) =>
  replaceIn(tree, (node) => {
    if (node.tagName !== 'code') return null;
    const language = languageOf(node);
    const text = textOf(node);
    if (!lowlight.registered(language) || text.length > kLettersMax) return null;
    const { children } = lowlight.highlight(language, text);
    return { ...node, children: children as unknown as HastNode[] };
  });
