#include "domain/recording/loss/left_out.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {
namespace json = boost::json;

void LeftOut::add(Topic topic, Frame now) {
  ++counts_.try_emplace(topic, Count{now, 0}).first->second.count;
}

std::int64_t LeftOut::rows() const {
  std::int64_t rows = 0;
  for (const auto& [topic, what] : counts_) {
    const bool is_media =
        topic == Topic::MicPcm || topic == Topic::ModelPcm || topic == Topic::CameraVideo;
    if (!is_media) rows += what.count;
  }
  return rows;
}

std::vector<Event> LeftOut::events() const {
  std::vector<Event> events;
  events.reserve(counts_.size());
  for (const auto& [topic, what] : counts_) {
    events.push_back(
        {ns_of_frame(what.first_frame), "left_out",
         json::serialize(json::object{{"topic", name_of(topic)}, {"count", what.count}})});
  }
  return events;
}

}  // namespace reprise::recording
