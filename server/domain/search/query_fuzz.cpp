// Takes any bytes as query and as text: nothing crashes, and the pieces together are the whole
// text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "base/lookup_words.hpp"
#include "domain/search/query.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = bytes.find('\n');
  const std::string_view typed = bytes.substr(0, middle);
  const std::string_view said = middle == std::string_view::npos ? typed : bytes.substr(middle + 1);
  std::size_t before = 0;
  const auto words = reprise::text::lookup_words(said);
  REPRISE_ASSERT(words.empty() || !words.front().continues);
  for (const auto& word : words) {
    REPRISE_ASSERT(!word.folded.empty() && word.folded.find_first_of(" \"*") == std::string::npos);
    REPRISE_ASSERT(before <= word.begin && word.begin < word.end && word.end <= said.size());
    before = word.begin;
  }
  const auto query = reprise::search::query_of(typed);
  if (!query) return 0;
  std::string whole;
  for (const auto& piece : reprise::search::pieces_of(said, *query)) whole += piece.text;
  REPRISE_ASSERT(whole == said);
  return 0;
}
