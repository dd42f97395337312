#pragma once

// The schema record of each channel, from api/schemas/descriptors.json (the browser reads the same
// file).

#include "domain/recording/format/chunk.hpp"

namespace reprise::recording {

/// What a channel of `topic` carries. Lives as long as the program.
struct ChannelFormat {
  std::uint16_t schema_number = 0;   ///< 1 …; equal for topics that share a schema
  std::string_view schema_name;      ///< `foxglove.RawAudio`
  std::string_view schema_encoding;  ///< `protobuf`, `jsonschema`
  ByteView schema_data;
  std::string_view message_encoding;  ///< `protobuf`, `json`
};

/// `topic` is not Unknown. Threads: any.
const ChannelFormat& format_of(Topic topic);

inline constexpr std::size_t kKnownTopics = static_cast<std::size_t>(Topic::Unknown);

}  // namespace reprise::recording
