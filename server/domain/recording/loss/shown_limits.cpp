#include "domain/recording/loss/shown_limits.hpp"

#include "domain/recording/words/words.hpp"

namespace reprise::recording {

std::string beginning_of(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto continues = [&text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  std::size_t end = bytes_max;
  while (end > 0 && continues(end)) --end;
  text.resize(end);
  return text;
}

std::string WordLimit::take(std::string text) {
  if (text.empty()) return text;
  const auto came = static_cast<std::int64_t>(text.size());
  text = beginning_of(std::move(text), kTextBytesPerMessageMax);
  const std::size_t cost = text.size() + place_words({{text, 0, 1}}).size() * kWordCostBytes;
  if (cost_bytes_ + cost > cost_bytes_max_) {
    text.clear();
  } else {
    cost_bytes_ += cost;
  }
  const auto kept = static_cast<std::int64_t>(text.size());
  loss_.kept += kept;
  loss_.missing += came - kept;
  return text;
}

bool EventLimit::take(const std::string& kind, std::string& detail_json) {
  const bool too_long = detail_json.size() > kTextBytesPerMessageMax;
  if (too_long) detail_json = "{}";
  const std::size_t cost = kind.size() + detail_json.size() + kEventCostBytes;
  const bool fits = loss_.kept + loss_.missing < static_cast<std::int64_t>(kEventsMax) &&
                    cost_bytes_ + cost <= kEventsCostBytesMax;
  if (fits) cost_bytes_ += cost;
  ++(fits && !too_long ? loss_.kept : loss_.missing);
  return fits;
}

}  // namespace reprise::recording
