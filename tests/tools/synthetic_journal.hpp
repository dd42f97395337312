#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>

#include "domain/recording/format/chunk.hpp"

namespace reprise::synthetic {

/// Page clock at `/session` started: 2026-11-24 10:09:23 UTC.
inline constexpr std::int64_t kStartUs = 1'795'514'963'000'000;
/// When the context's first quantum was rendered, after the start.
inline constexpr std::int64_t kContextStartUs = 50'000;
/// How much slower than the page clock the sound card runs, so that a fit has something to find.
inline constexpr double kDriftPpm = 30;

/// Page clock of a context frame, and the reverse.
std::int64_t page_us_of(std::int64_t context_frame);
std::int64_t context_frame_of(std::int64_t page_us);

/// Messages to be written, in order of time. Numbers the messages of JSON channels when they are
/// written.
class Journal {
 public:
  void json(recording::Topic topic, std::int64_t page_us, const boost::json::object& message);
  /// An `/events` message; `page_us` and `context_frame` are filled in.
  void event(std::int64_t page_us, std::string_view kind, boost::json::object detail = {});
  /// A wire message; `socket`, `index`, `binary` and `bytes` are filled in.
  void wire(recording::Topic topic, std::int64_t page_us, const boost::json::object& message,
            std::optional<boost::json::object> audio = {});
  void media(recording::Topic topic, std::int64_t page_us, std::uint32_t sequence, Bytes message);
  /// Returns a sealed chunk with everything before `page_us`.
  Bytes seal_before(std::int64_t page_us);
  /// Removes what was planned for `page_us` and later, because it does not happen.
  void drop_from(std::int64_t page_us) {
    pending_.erase(pending_.lower_bound(page_us), pending_.end());
  }

 private:
  struct Pending {
    recording::Topic topic;
    std::optional<std::uint32_t> sequence;
    boost::json::object json;
    Bytes media;
  };
  std::multimap<std::int64_t, Pending> pending_;
  std::array<std::uint32_t, static_cast<std::size_t>(recording::Topic::Unknown)> next_{};
  recording::ChunkWriter writer_;
};

}  // namespace reprise::synthetic
