import { defaultSchema } from 'rehype-sanitize';

/** MathML without links, pictures, scripts and what carries HTML. */
const kMath =
  'math mrow mi mn mo mtext ms mspace mfrac msqrt mroot mstyle mpadded mphantom merror msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd menclose';
const kMathAttributes =
  'accent accentunder align columnalign columnlines columnspacing columnspan depth dir display displaystyle fence form height largeop linethickness lspace mathvariant maxsize minsize movablelimits notation rowlines rowspacing rowspan rspace scriptlevel separator stretchy symmetric voffset width';

const mathTags = kMath.split(' ');

/** What may be in an answer. Nothing is loaded from elsewhere, and nothing runs. */
export const kAllowed = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []).filter(
      (name) => !['img', 'picture', 'source', 'details', 'summary'].includes(name),
    ),
    ...mathTags,
  ],
  attributes: {
    ...defaultSchema.attributes,
    ...Object.fromEntries(mathTags.map((name) => [name, kMathAttributes.split(' ')])),
    code: [['className', /^language-[\w+#.-]+$/, 'math-inline', 'math-display'] as const],
    span: [['className', /^hljs-[\w-]+$/, 'function_', 'class_', 'inherited__'] as const],
  },
  protocols: { href: ['http', 'https', 'mailto'] },
};
