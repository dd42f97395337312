#include "features/playback/view_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace reprise::playback {
namespace {

recording::View sample() {
  recording::View view;
  view.started_device_ns = 1'795'514'400'000'000'000;
  view.model = "gemini-3.8-live";
  view.turns.push_back(
      {.speaker = recording::Speaker::Model,
       .start_ns = 1'500'000'000,
       .end_ns = 2'000'000'000,
       .words = {{.text = " Hi", .start_ns = 1'500'000'000, .end_ns = 1'600'000'000}},
       .interrupted = true,
       .interrupted_at_ns = 1'900'000'000,
       .ghost_ns = 100'000'000});
  view.events.push_back({.at_ns = 5'000'000, .kind = "mute", .detail_json = R"({"on":true})"});
  view.events.push_back({.at_ns = 6'000'000, .kind = "odd", .detail_json = "not json"});
  view.peaks.person = {-1, 2, -128, 127};
  view.peaks.model = {0, 0, 0, 0};
  view.loss.camera = {.kept = 10, .missing = 2, .gaps = {{.start_ns = 0, .end_ns = 1'000'000}}};
  return view;
}

TEST(ViewJsonTest, WordsCanBeReadBack) {
  const auto turns = turns_of(texts_of(sample()).manifest);
  ASSERT_EQ(turns.size(), 1U);
  EXPECT_EQ(turns[0].speaker, recording::Speaker::Model);
  ASSERT_EQ(turns[0].words.size(), 1U);
  EXPECT_EQ(turns[0].words[0].text, " Hi");
  EXPECT_EQ(turns[0].words[0].start_ns, 1'500'000'000);
  EXPECT_EQ(turns[0].words[0].end_ns, 1'600'000'000);
  for (const char* other :
       {"", "{", "[]", "{}", R"({"turns": 1})", R"({"turns": [{"words": []}]})"}) {
    EXPECT_TRUE(turns_of(other).empty()) << other;
  }
}

TEST(ViewJsonTest, TurnsAndEventsInMilliseconds) {
  const auto manifest = boost::json::parse(texts_of(sample()).manifest);
  EXPECT_EQ(manifest, boost::json::parse(R"({
    "device_started_at": "2026-11-24T10:00:00.000Z", "model": "gemini-3.8-live",
    "turns": [{"index": 0, "speaker": "model", "start_ms": 1500.0, "end_ms": 2000.0, "text": "Hi",
      "words": [{"text": " Hi", "start_ms": 1500.0, "end_ms": 1600.0, "heard": true}],
      "written": false, "interrupted": true, "interrupted_at_ms": 1900.0, "ghost_ms": 100.0, "gap_before_ms": null,
      "overlap_ms": 0.0}],
    "events": [{"at_ms": 5.0, "kind": "mute", "detail": {"on": true}},
               {"at_ms": 6.0, "kind": "odd", "detail": {}}],
    "strip": null})"));
}

TEST(ViewJsonTest, WhatIsNoPairAndNoObjectIsLeftOut) {
  recording::View view;
  view.turns.push_back({.speaker = recording::Speaker::Person});
  view.events.push_back({.at_ns = 0, .kind = "list", .detail_json = "[1]"});
  view.peaks.person = {0, 0, 0, 0};
  view.peaks.model = {0, 0};
  const auto texts = texts_of(view);
  EXPECT_EQ(boost::json::parse(texts.waveform).at("blocks"), 1);
  EXPECT_EQ(boost::json::parse(texts.events), boost::json::parse(R"({"at_ms": 0.0, "kind": "list",
      "detail": {}})"));
  EXPECT_EQ(turns_of(texts.manifest).at(0).speaker, recording::Speaker::Person);
}

TEST(ViewJsonTest, EventsAreOnePerLine) {
  const std::string lines = texts_of(sample()).events;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(lines.back(), '\n');
}

TEST(ViewJsonTest, PeaksAreBase64OfPairs) {
  const auto waveform = boost::json::parse(texts_of(sample()).waveform).as_object();
  EXPECT_EQ(waveform.at("person"), "/wKAfw==");
  EXPECT_EQ(waveform.at("blocks"), 2);
  EXPECT_EQ(waveform.at("per_second"), 100);
}

TEST(ViewJsonTest, LossNamesEachChannel) {
  const auto loss = boost::json::parse(texts_of(sample()).loss).as_array();
  ASSERT_EQ(loss.size(), 4U);
  EXPECT_EQ(loss[2], boost::json::parse(R"({"channel": "camera", "unit": "frames", "kept": 10,
      "missing": 2, "gaps": [{"start_ms": 0.0, "end_ms": 1.0}]})"));
}

TEST(ViewJsonTest, LossNamesWhatTheViewHadToCut) {
  recording::View view = sample();
  view.loss.words = {.kept = 100, .missing = 7, .gaps = {}};
  view.loss.events = {.kept = 3, .missing = 1, .gaps = {}};
  const auto loss = boost::json::parse(texts_of(view).loss).as_array();
  ASSERT_EQ(loss.size(), 6U);
  EXPECT_EQ(loss[4],
            boost::json::parse(
                R"({"channel": "words", "unit": "bytes", "kept": 100, "missing": 7, "gaps": []})"));
  EXPECT_EQ(loss[5].at("channel"), "events");
  view.loss.words.missing = 0;
  view.loss.events.missing = 0;
  EXPECT_EQ(boost::json::parse(texts_of(view).loss).as_array().size(), 4U);
}

TEST(ViewJsonTest, AnEmptyViewIsWhole) {
  const auto texts = texts_of(recording::View{});
  EXPECT_TRUE(boost::json::parse(texts.manifest).as_object().at("device_started_at").is_null());
  EXPECT_TRUE(texts.events.empty());
  EXPECT_TRUE(texts.captions.starts_with("WEBVTT"));
}

TEST(ViewJsonTest, TheStripNamesTheTimesOfItsTiles) {
  const session::RecordingId id("r");
  EXPECT_TRUE(strip_of(id, 3, {}).is_null());
  const media::Stills stills{.strip = Bytes(1), .strip_times_ns = {0, 2'500'000'000}};
  const auto manifest = boost::json::parse(texts_of(sample(), strip_of(id, 3, stills)).manifest);
  const auto& strip = manifest.at("strip");
  EXPECT_EQ(strip.at("url").as_string(), "/api/recordings/r/strip?version=3");
  EXPECT_EQ(strip.at("times_ms"), (boost::json::array{0.0, 2500.0}));
  EXPECT_EQ(strip.at("columns").to_number<int>(), 8);
  EXPECT_EQ(manifest.at("turns").as_array().size(), sample().turns.size());
  EXPECT_TRUE(boost::json::parse(texts_of(sample()).manifest).at("strip").is_null());
}

}  // namespace
}  // namespace reprise::playback
