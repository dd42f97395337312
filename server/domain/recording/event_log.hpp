#pragma once

// Events and transcriptions, which come with a page clock time and get a place on the media axis
// when the anchors around them are known.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "domain/recording/fold.hpp"
#include "domain/recording/page_map.hpp"
#include "domain/recording/rows.hpp"
#include "domain/recording/shown_limits.hpp"
#include "domain/recording/turns.hpp"

namespace reprise::recording {

class EventLog {
 public:
  /// Keeps what the player shows; the kinds that it does not (captions, journal) are left out.
  void add(const EventRow& row);
  void add(Event event);
  void add_transcription(std::int64_t page_us, std::string text);
  /// Places what lies before `frame`.
  void place_until(std::int64_t frame, const PageMap& page);

  /// In order of their times.
  std::vector<Event> events() const;
  const std::vector<Transcription>& transcriptions() const { return transcriptions_; }
  const ChannelLoss& report() const { return limit_.report(); }

 private:
  struct Waiting {
    std::int64_t page_us;
    bool is_transcription;
    std::string kind;
    std::string text;
  };
  EventLimit limit_;
  std::deque<Waiting> waiting_;
  std::vector<Event> events_;
  std::vector<Transcription> transcriptions_;
};

}  // namespace reprise::recording
