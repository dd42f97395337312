#include "domain/recording/words/transcription.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/text.hpp"

namespace reprise::recording {
namespace {

/// Repetitions of more pieces than this are not looked for.
constexpr std::size_t kRepeatedPiecesMax = 32;

bool begins_anew(const Transcription& before, const Transcription& next) {
  return before.finished || next.arrival_ms - before.arrival_ms >= kUtterancePauseMs;
}

/// False for one word in the middle of a sentence, since people do say such a word twice
/// (" no" " no").
bool is_whole(const std::string& text, bool spaced) {
  const auto words = text::words(text);
  if (words.size() >= 2 || text::ends_sentence(text)) return true;
  return !spaced && text::letter_count(text) >= 2;
}

/// `again` says word for word what `first` said, sooner than a person could say it again.
bool repeats(std::span<const Transcription> first, std::span<const Transcription> again) {
  if (!std::ranges::equal(first, again, {}, &Transcription::text, &Transcription::text)) {
    return false;
  }
  const auto text = text_of({first.begin(), first.end()});
  const bool spaced = text::without_leading_space(again[0].text).size() < again[0].text.size();
  const auto letters = static_cast<std::int64_t>(text::letter_count(text));
  const auto soonest = kUtterancePauseMs + letters * kLetterMs;
  return is_whole(text, spaced) && again[0].arrival_ms - first[0].arrival_ms < soonest;
}

/// How many of the newest pieces of an exchange only repeat the pieces before them.
std::size_t repeated_at_end(std::span<const Transcription> pieces) {
  for (std::size_t count = 1; count <= std::min(kRepeatedPiecesMax, pieces.size() / 2); ++count) {
    const auto start = pieces.size() - 2 * count;
    const bool opens = start == 0 || begins_anew(pieces[start - 1], pieces[start]);
    const auto first = pieces.subspan(start, count);
    if (opens && repeats(first, pieces.last(count))) return count;
  }
  return 0;
}

}  // namespace

std::string text_of(const std::vector<Transcription>& pieces) {
  std::string text;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool anew = i > 0 && begins_anew(pieces[i - 1], pieces[i]);
    text = text::join(std::move(text), pieces[i].text,
                      anew ? text::Border::Utterance : text::Border::None);
  }
  return text::well_formed(text);
}

std::vector<Transcription> said_once(std::vector<Transcription> pieces) {
  std::vector<Transcription> kept;
  std::size_t exchange_start = 0;
  for (auto& piece : pieces) {
    if (!kept.empty() && kept.back().exchange != piece.exchange) exchange_start = kept.size();
    kept.push_back(std::move(piece));
    const auto repeated = repeated_at_end(std::span(kept).subspan(exchange_start));
    kept.erase(std::prev(kept.end(), static_cast<std::ptrdiff_t>(repeated)), kept.end());
  }
  return kept;
}

}  // namespace reprise::recording
