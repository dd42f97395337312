#include "features/playback/view_json.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "domain/recording/view/webvtt.hpp"

namespace reprise::playback {
namespace json = boost::json;
using recording::ChannelLoss;
using recording::Event;
using recording::Turn;
using recording::View;

namespace {

double ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }
std::int64_t ns(double ms) { return std::llround(ms * 1e6); }

template <class T>
json::value ms_or_null(const std::optional<T>& ns) {
  return ns ? json::value(ms(*ns)) : json::value(nullptr);
}

json::object word_of(const recording::Word& word) {
  return {{"text", word.text},
          {"start_ms", ms(word.start_ns)},
          {"end_ms", ms(word.end_ns)},
          {"heard", word.heard}};
}

json::object turn_of(const Turn& turn, std::size_t index) {
  json::array words;
  for (const recording::Word& word : turn.words) words.push_back(word_of(word));
  return {{"index", index},
          {"speaker", turn.speaker == recording::Speaker::Person ? "person" : "model"},
          {"start_ms", ms(turn.start_ns)},
          {"end_ms", ms(turn.end_ns)},
          {"text", recording::heard_text(turn)},
          {"words", std::move(words)},
          {"written", turn.written},
          {"interrupted", turn.interrupted},
          {"interrupted_at_ms", ms_or_null(turn.interrupted_at_ns)},
          {"ghost_ms", ms(turn.ghost_ns)},
          {"gap_before_ms", ms_or_null(turn.gap_before_ns)},
          {"overlap_ms", ms(turn.overlap_ns)}};
}

json::object event_of(const Event& event) {
  boost::system::error_code malformed;
  json::value detail = json::parse(event.detail_json, malformed);
  if (malformed || !detail.is_object()) detail = json::object();
  return {{"at_ms", ms(event.at_ns)}, {"kind", event.kind}, {"detail", std::move(detail)}};
}

json::object loss_of(const char* channel, const char* unit, const ChannelLoss& loss) {
  json::array gaps;
  for (const recording::TimeRange& gap : loss.gaps) {
    gaps.push_back(json::object{{"start_ms", ms(gap.start_ns)}, {"end_ms", ms(gap.end_ns)}});
  }
  return {{"channel", channel},
          {"unit", unit},
          {"kept", loss.kept},
          {"missing", loss.missing},
          {"gaps", std::move(gaps)}};
}

std::string losses_of(const recording::Loss& loss) {
  json::array losses{
      loss_of("microphone", "blocks", loss.microphone), loss_of("model", "messages", loss.model),
      loss_of("camera", "frames", loss.camera), loss_of("messages", "messages", loss.messages)};
  // The recording lacks nothing of these; they are listed only when the view had to be cut.
  if (loss.words.missing > 0) losses.push_back(loss_of("words", "bytes", loss.words));
  if (loss.events.missing > 0) losses.push_back(loss_of("events", "events", loss.events));
  if (loss.turns.missing > 0) losses.push_back(loss_of("turns", "turns", loss.turns));
  return json::serialize(losses);
}

std::string peaks_of(const std::vector<std::int8_t>& peaks) {
  return base64_encode(std::as_bytes(std::span(peaks)));
}

std::string manifest_of(const View& view, json::value strip) {
  json::object manifest{{"device_started_at", nullptr}, {"model", view.model}};
  if (view.started_device_ns) manifest["device_started_at"] = rfc3339(*view.started_device_ns);
  json::array turns;
  for (const Turn& turn : view.turns) turns.push_back(turn_of(turn, turns.size()));
  json::array events;
  for (const Event& event : view.events) events.push_back(event_of(event));
  manifest["turns"] = std::move(turns);
  manifest["events"] = std::move(events);
  manifest["strip"] = std::move(strip);
  return json::serialize(manifest);
}

std::string waveform_of(const View& view) {
  json::array ghosts;
  for (const recording::Ghost& ghost : view.ghosts) {
    ghosts.push_back(json::object{{"start_ms", ms(ghost.range.start_ns)},
                                  {"end_ms", ms(ghost.range.end_ns)},
                                  {"peaks", peaks_of(ghost.peaks)}});
  }
  const std::size_t pairs = std::min(view.peaks.person.size(), view.peaks.model.size()) / 2;
  return json::serialize(json::object{{"per_second", recording::kPeaksPerSecond},
                                      {"person", peaks_of(view.peaks.person)},
                                      {"model", peaks_of(view.peaks.model)},
                                      {"ghosts", std::move(ghosts)},
                                      {"blocks", pairs}});
}

}  // namespace

json::value strip_of(const session::RecordingId& id, std::int64_t version,
                     const media::Stills& stills) {
  if (stills.strip.empty()) return nullptr;
  json::array times;
  for (const std::int64_t at_ns : stills.strip_times_ns) times.push_back(ms(at_ns));
  return json::object{
      {"url", fmt::format("/api/recordings/{}/strip?version={}", id.value, version)},
      {"columns", media::kStripColumns},
      {"tile_width", media::kStripTileWidth},
      {"tile_height", media::kStripTileHeight},
      {"times_ms", std::move(times)}};
}

std::vector<Turn> turns_of(const std::string& manifest) {
  std::vector<Turn> turns;
  try {
    const json::value parsed = json::parse(manifest);
    for (const json::value& one : parsed.at("turns").as_array()) {
      const bool person = one.at("speaker").as_string() == "person";
      Turn turn{.speaker = person ? recording::Speaker::Person : recording::Speaker::Model};
      for (const json::value& word : one.at("words").as_array()) {
        turn.words.push_back({.text = std::string(word.at("text").as_string()),
                              .start_ns = ns(word.at("start_ms").to_number<double>()),
                              .end_ns = ns(word.at("end_ms").to_number<double>()),
                              .heard = word.at("heard").as_bool()});
      }
      turns.push_back(std::move(turn));
    }
  } catch (const std::exception&) {  // made by another version: it will be folded again
    turns.clear();
  }
  return turns;
}

ViewTexts texts_of(const View& view, json::value strip) {
  ViewTexts texts;
  texts.manifest = manifest_of(view, std::move(strip));
  texts.loss = losses_of(view.loss);
  texts.waveform = waveform_of(view);
  texts.captions = recording::to_webvtt(view);
  for (const Event& event : view.events) texts.events += json::serialize(event_of(event)) + '\n';
  return texts;
}

}  // namespace reprise::playback
