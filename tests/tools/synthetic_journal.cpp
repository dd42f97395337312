#include "tests/tools/synthetic_journal.hpp"

#include <boost/json/serialize.hpp>
#include <cmath>

namespace reprise::synthetic {

using recording::Topic;

namespace {

constexpr double kUsPerFrame = 1e6 / 48'000 * (1 + kDriftPpm * 1e-6);
constexpr std::int64_t kNanosPerUs = 1000;

}  // namespace

std::int64_t page_us_of(std::int64_t context_frame) {
  return kStartUs + kContextStartUs +
         std::llround(static_cast<double>(context_frame) * kUsPerFrame);
}

std::int64_t context_frame_of(std::int64_t page_us) {
  const auto since = static_cast<double>(page_us - kStartUs - kContextStartUs);
  return since <= 0 ? 0 : static_cast<std::int64_t>(since / kUsPerFrame);
}

void Journal::json(Topic topic, std::int64_t page_us, const boost::json::object& message) {
  pending_.emplace(page_us, Pending{.topic = topic, .json = message});
}

void Journal::event(std::int64_t page_us, std::string_view kind, boost::json::object detail) {
  detail["kind"] = kind;
  detail["page_us"] = page_us;
  detail["context_frame"] = context_frame_of(page_us);
  json(Topic::Events, page_us, detail);
}

void Journal::wire(Topic topic, std::int64_t page_us, const boost::json::object& message,
                   std::optional<boost::json::object> audio) {
  const std::string text = boost::json::serialize(message);
  boost::json::object row{
      {"socket", 0}, {"binary", topic == Topic::WireRx}, {"bytes", text.size()}, {"text", text}};
  if (audio) row["audio"] = std::move(*audio);
  json(topic, page_us, row);
}

void Journal::media(Topic topic, std::int64_t page_us, std::uint32_t sequence, Bytes message) {
  pending_.emplace(page_us,
                   Pending{.topic = topic, .sequence = sequence, .media = std::move(message)});
}

Bytes Journal::seal_before(std::int64_t page_us) {
  while (!pending_.empty() && pending_.begin()->first < page_us) {
    auto node = pending_.extract(pending_.begin());
    const std::int64_t log_time_ns = node.key() * kNanosPerUs;
    Pending& message = node.mapped();
    if (message.sequence) {
      writer_.add(message.topic, *message.sequence, log_time_ns, message.media);
      continue;
    }
    const std::uint32_t number = next_[static_cast<std::size_t>(message.topic)]++;
    const bool wire = message.topic == Topic::WireTx || message.topic == Topic::WireRx;
    if (wire) message.json["index"] = number;
    writer_.add(message.topic, number, log_time_ns, as_bytes(boost::json::serialize(message.json)));
  }
  return writer_.seal();
}

}  // namespace reprise::synthetic
