import { ChevronRight } from 'lucide-react';
import type { Message } from '../../api/chats';
import { placeOf } from './link-place';
import { tokenWords } from './tokens-used';

/** How the model came to its answer, folded away. */
export function Reasoning({ words }: { readonly words: string }) {
  if (words === '') return null;
  return (
    <details className="answer-extra">
      <summary>
        <ChevronRight aria-hidden />
        Reasoning
      </summary>
      <p dir="auto">{words.replaceAll('**', '')}</p>
    </details>
  );
}

const searchAddress = (words: string) =>
  `https://www.google.com/search?q=${encodeURIComponent(words)}`;

/** Where the service looked for what it says, and what it searched for, as links. */
export function Sources({ grounding }: Pick<Message, 'grounding'>) {
  if (!grounding) return null;
  const { sources, searches } = grounding;
  const links = [
    ...sources.map(({ title, url }) => ({ title, url, kind: 'Source' })),
    ...searches.map((words) => ({ title: words, url: searchAddress(words), kind: 'Search' })),
  ];
  return (
    <ul className="answer-sources" aria-label="Sources">
      {links.map(({ title, url, kind }) => (
        <li key={`${kind} ${url}`}>
          {kind}:{' '}
          <a href={url} target="_blank" rel="noopener noreferrer nofollow">
            {title}
          </a>{' '}
          <span className="answer__place">({placeOf(url)})</span>
        </li>
      ))}
    </ul>
  );
}

/** Who answered, and how much it took. */
export function AnswerFacts({ message }: { readonly message: Message }) {
  const words = [message.model, tokenWords([message])].filter(Boolean).join(' · ');
  return words === '' ? null : <p className="answer-facts">{words}</p>;
}
