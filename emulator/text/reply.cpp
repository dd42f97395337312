#include "emulator/text/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <string_view>

#include "base/text.hpp"
#include "emulator/talk/memory.hpp"
#include "emulator/talk/wording.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

constexpr std::size_t kWordsPerPiece = 4;
constexpr std::size_t kQuotedLettersMax = 400;
constexpr int kTitleWordsMax = 6;
constexpr std::int64_t kThoughtTokens = 24;
/// An attachment that was looked at in an earlier turn.
constexpr std::int64_t kEarlierAttachmentTokens = 258;

/// Every element of Markdown that a chat shows.
constexpr std::string_view kEveryElement =
    "## A heading\n\n"
    "A paragraph with **bold**, *italic*, ~~struck~~ and `code` in it, and a "
    "[link](https://example.com/page).\n\n"
    "- one\n- two\n  - two and a half\n\n"
    "1. first\n2. second\n\n"
    "- [x] done\n- [ ] to do\n\n"
    "> A quotation.\n\n"
    "| name | number |\n|---|---:|\n| one | 1 |\n| two | 22 |\n\n"
    "```python\ndef greet(name):\n    return f\"Hello, {name}\"\n```\n\n"
    "Inline math $a^2 + b^2 = c^2$, and a formula:\n\n"
    "$$\\int_0^1 x^2\\,dx = \\frac{1}{3}$$\n\n"
    "---\n\nThat is the end.";

constexpr std::string_view kCode =
    "Here is a function:\n\n"
    "```cpp\n#include <cstdio>\n\nint main() {\n  std::puts(\"Hello\");\n}\n```\n\n"
    "It prints one word.";

std::string joined(const std::vector<std::string>& sentences) {
  return fmt::format("{}", fmt::join(sentences, " "));
}

/// The person's words before the last turn, in a live session or typed.
std::vector<std::string> said_before(const Ask& ask) {
  std::vector<std::string> said;
  for (std::size_t at = 0; at + 1 < ask.turns.size(); ++at) {
    const AskTurn& turn = ask.turns[at];
    if (!turn.by_model && !turn.text.empty()) said.push_back(turn.text);
  }
  return said;
}

/// A title for the conversation: the first words that somebody said in it.
std::string title_for(const Ask& ask) {
  const auto titled = std::ranges::find_if(
      ask.turns, [](const AskTurn& turn) { return !turn.by_model && !turn.text.empty(); });
  if (titled == ask.turns.end()) return "Conversation";
  constexpr std::string_view kBlanks = " \t\r\n";
  std::string_view rest = titled->text;
  std::string title;
  for (int count = 0; count < kTitleWordsMax; ++count) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    if (rest.empty()) break;
    const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
    if (!title.empty()) title += ' ';
    title += word;
    rest.remove_prefix(word.size());
  }
  title.erase(title.find_last_not_of(" .,;:!?") + 1);
  return title.empty() ? "Conversation" : text::cut(title, kQuotedLettersMax);
}

/// What the person said in each turn but the last one, shortly.
std::string summary_of(const Ask& ask) {
  constexpr std::size_t kLineLettersMax = 80;
  std::string lines = "The person said:\n";
  for (std::size_t at = 0; at + 1 < ask.turns.size(); ++at) {
    const AskTurn& turn = ask.turns[at];
    if (turn.by_model || turn.text.empty()) continue;
    lines += "\n- " + text::one_line(text::cut(turn.text, kLineLettersMax));
  }
  return lines;
}

/// Whether the instruction, or the last turn, wants nothing but a title.
bool wants_title(const Ask& ask, std::string_view small) {
  constexpr std::size_t kAskedLettersMax = 80;
  if (has_any(lower(ask.instruction), {"a title for", "a short title", "the title only"})) {
    return true;
  }
  return small.size() <= kAskedLettersMax && small.contains("title") &&
         has_any(small, {"conversation", "this chat"});
}

std::string words_for(const Ask& ask, const std::vector<MediaFacts>& media,
                      const Surroundings& surroundings, std::mt19937_64& random) {
  const std::string& asked = ask.turns.back().text;
  const std::string small = lower(asked);
  if (wants_title(ask, small)) return title_for(ask);
  if (lower(ask.instruction).contains("the summary only")) return summary_of(ask);
  if (!media.empty()) {
    std::vector<std::string> kinds;
    kinds.reserve(media.size());
    for (const MediaFacts& one : media) kinds.push_back(one.words);
    return fmt::format("I got {}.", fmt::join(kinds, ", and "));
  }
  if (small.contains("repeat after me")) return joined(answer(asked, surroundings, random));
  if (std::string words = about_before(asked, said_before(ask)); !words.empty()) return words;
  if (has_any(small, {"markdown", "every element"})) return std::string(kEveryElement);
  if (has_any(small, {"code", "program", "function"})) return std::string(kCode);
  return joined(answer(asked, surroundings, random));
}

/// Ends a text at its limit of tokens; false when it fits.
bool cut_to(std::vector<std::string>& pieces, std::int64_t tokens_max) {
  std::int64_t tokens = 0;
  for (std::size_t at = 0; at < pieces.size(); ++at) {
    tokens += tokens_of(pieces[at]);
    if (tokens <= tokens_max) continue;
    pieces.resize(at);
    return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  std::string piece;
  std::size_t words = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    piece += text[at];
    const bool ends_word = text[at] == ' ' || text[at] == '\n';
    const bool next_is_word = at + 1 < text.size() && text[at + 1] != ' ' && text[at + 1] != '\n';
    if (!ends_word || !next_is_word || ++words < kWordsPerPiece) continue;
    pieces.push_back(std::move(piece));
    piece.clear();
    words = 0;
  }
  if (!piece.empty()) pieces.push_back(std::move(piece));
  return pieces;
}

Usage prompt_usage(const Ask& ask, const std::vector<MediaFacts>& media) {
  Usage usage;
  const auto add = [&usage](const std::string& modality, std::int64_t tokens) {
    usage.prompt += tokens;
    const auto row = std::ranges::find(usage.prompt_by_modality, modality,
                                       &std::pair<std::string, std::int64_t>::first);
    if (row != usage.prompt_by_modality.end()) {
      row->second += tokens;
    } else if (tokens > 0) {
      usage.prompt_by_modality.emplace_back(modality, tokens);
    }
  };
  add("TEXT", tokens_of(ask.instruction));
  for (std::size_t at = 0; at < ask.turns.size(); ++at) {
    add("TEXT", tokens_of(ask.turns[at].text));
    if (at + 1 == ask.turns.size()) continue;
    for (std::size_t i = 0; i < ask.turns[at].attachments.size(); ++i) {
      add("DOCUMENT", kEarlierAttachmentTokens);
    }
  }
  for (const MediaFacts& one : media) add(one.modality, one.tokens);
  return usage;
}

Reply compose(const Ask& ask, const std::vector<MediaFacts>& media, const ScenarioText* script,
              const Surroundings& surroundings, std::mt19937_64& random) {
  Reply reply{.usage = prompt_usage(ask, media)};
  if (script != nullptr && !script->block.empty()) {
    reply.block_reason = script->block;
    return reply;
  }
  reply.pieces = pieces_of(script != nullptr && !script->say.empty()
                               ? script->say
                               : words_for(ask, media, surroundings, random));
  if (script != nullptr) reply.finish_reason = script->finish;
  if (script != nullptr && script->cut_after && *script->cut_after < reply.pieces.size()) {
    reply.pieces.resize(*script->cut_after);
    reply.cut = true;
  }
  if (ask.thoughts) {
    reply.thoughts = "**Reading the question**\n\nI look for words that I know.";
    reply.usage.thoughts = kThoughtTokens;
  }
  if (cut_to(reply.pieces, ask.output_tokens_max)) reply.finish_reason = "MAX_TOKENS";
  for (const std::string& piece : reply.pieces) reply.usage.answer += tokens_of(piece);
  return reply;
}

json::object usage_json(const Usage& usage, bool final) {
  json::array details;
  for (const auto& [modality, tokens] : usage.prompt_by_modality) {
    details.push_back(json::object{{"modality", modality}, {"tokenCount", tokens}});
  }
  json::object all{{"promptTokenCount", usage.prompt}};
  if (final && usage.answer > 0) all["candidatesTokenCount"] = usage.answer;
  if (final && usage.thoughts > 0) all["thoughtsTokenCount"] = usage.thoughts;
  all["totalTokenCount"] = usage.prompt + (final ? usage.answer + usage.thoughts : 0);
  if (!details.empty()) all["promptTokensDetails"] = std::move(details);
  return all;
}

}  // namespace reprise::emulator
