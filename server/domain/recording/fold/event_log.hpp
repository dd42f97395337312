#pragma once

// Events and transcriptions. They arrive with a page clock time and get a place on the media axis
// when the anchors around them are known.

#include <cstdint>
#include <deque>
#include <variant>
#include <vector>

#include "domain/recording/clock/page_map.hpp"
#include "domain/recording/format/rows.hpp"
#include "domain/recording/loss/shown_limits.hpp"
#include "domain/recording/view/view.hpp"
#include "domain/recording/words/transcription.hpp"

namespace reprise::recording {

class EventLog {
 public:
  /// Keeps the kinds of events that the player shows; other kinds (captions, journal) are left out.
  /// `arrival`: the front when the row came.
  void add(const EventRow& row, Frame arrival);
  void add(Event event);
  /// Keeps transcriptions of the person's speech, and what the person typed. `arrival`: how far the
  /// recording had come.
  void on_wire(const WireRow& row, PageUs page, Frame arrival);
  /// Places everything that lies before `frame`. `front`: how far the recording has come.
  void place_until(Frame frame, const PageMap& page, Frame front);
  /// The number of rows whose page clock time cannot be true, so that they lie where they stand in
  /// the record.
  std::int64_t placed_by_order() const { return placed_by_order_; }

  /// In order of their times.
  std::vector<Event> events() const;
  const std::vector<Transcription>& transcriptions() const { return transcriptions_; }
  const std::vector<TypedText>& typed() const { return typed_; }
  const ChannelLoss& report() const { return limit_.report(); }

 private:
  struct Waiting {
    PageUs page;
    Frame arrival;
    std::variant<Transcription, TypedText, Event> what;
  };
  EventLimit limit_;
  std::deque<Waiting> waiting_;
  std::int64_t placed_by_order_ = 0;
  std::int64_t exchange_ = 0;  ///< current exchange of the transcriptions
  std::vector<Event> events_;
  std::vector<Transcription> transcriptions_;
  std::vector<TypedText> typed_;
};

}  // namespace reprise::recording
