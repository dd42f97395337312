#include "domain/recording/format/schemas.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <stdexcept>

#include "base/base64.hpp"

namespace reprise::recording {
namespace {

constexpr char kDescriptors[] = {
#embed "../../../../api/schemas/descriptors.json"
};

struct TopicRow {
  std::string_view name;
  std::string_view schema;
};
// In the order of Topic (docs/formats/recording.md 3).
constexpr std::array<TopicRow, kKnownTopics> kTopics{{
    {"/session", "reprise.Session"},
    {"/wire/tx", "reprise.WireMessage"},
    {"/wire/rx", "reprise.WireMessage"},
    {"/mic/pcm", "foxglove.RawAudio"},
    {"/model/pcm", "foxglove.RawAudio"},
    {"/frames/jpeg", "foxglove.CompressedImage"},
    {"/camera/video", "foxglove.CompressedVideo"},
    {"/playout", "reprise.Playout"},
    {"/clock", "reprise.Clock"},
    {"/events", "reprise.Event"},
    {"/health", "reprise.Health"},
}};

struct Table {
  std::vector<Schema> schemas;
  std::array<ChannelFormat, kKnownTopics> formats;

  Table() {
    const auto rows = boost::json::parse({kDescriptors, sizeof(kDescriptors)});
    for (const auto& row : rows.as_array()) {
      const std::string_view data = row.at("data").as_string();
      const std::string encoding{row.at("encoding").as_string()};
      const ByteView text = as_bytes(data);
      schemas.push_back(
          {static_cast<std::uint16_t>(schemas.size() + 1), std::string{row.at("name").as_string()},
           encoding,
           encoding == "protobuf" ? base64_decode(data).value() : Bytes{text.begin(), text.end()}});
    }
    for (std::size_t topic = 0; topic < kKnownTopics; ++topic) {
      formats[topic] = describe(kTopics[topic].schema);
    }
  }

  ChannelFormat describe(std::string_view name) const {
    for (const Schema& schema : schemas) {
      if (schema.name != name) continue;
      return {schema.id, schema.name, schema.encoding, schema.data,
              schema.encoding == "protobuf" ? "protobuf" : "json"};
    }
    throw std::logic_error("api/schemas/descriptors.json lacks " + std::string{name});
  }
};

}  // namespace

std::string_view name_of(Topic topic) {
  return topic == Topic::Unknown ? std::string_view{}
                                 : kTopics[static_cast<std::size_t>(topic)].name;
}

Topic topic_of(std::string_view name) {
  for (std::size_t index = 0; index < kKnownTopics; ++index) {
    if (kTopics[index].name == name) return static_cast<Topic>(index);
  }
  return Topic::Unknown;
}

const ChannelFormat& format_of(Topic topic) {
  static const Table table;
  return table.formats[static_cast<std::size_t>(topic)];
}

}  // namespace reprise::recording
