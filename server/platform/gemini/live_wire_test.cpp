#include "platform/gemini/live_wire.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace reprise::gemini {
namespace {

namespace json = boost::json;

TEST(LiveWireTest, WritesTheFramesOfTheProtocol) {
  EXPECT_EQ(socket_url("https://generativelanguage.googleapis.com", "auth_tokens/ab"),
            "https://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta."
            "GenerativeService.BidiGenerateContentConstrained?access_token=auth_tokens/ab");
  const LiveSettings settings{.model = "m", .voice = "Kore", .instruction = ""};
  const auto setup = json::parse(setup_frame(settings, ResumptionHandle("h")));
  EXPECT_EQ(setup.at("setup"), json::value(live_setup(settings, ResumptionHandle("h"))));
  EXPECT_EQ(
      json::parse(sound_frame(as_bytes("\x01\x02"))),
      json::parse(
          R"({"realtimeInput":{"audio":{"data":"AQI=","mimeType":"audio/pcm;rate=16000"}}})"));
  EXPECT_EQ(json::parse(sound_end_frame()),
            json::parse(R"({"realtimeInput":{"audioStreamEnd":true}})"));
}

TEST(LiveWireTest, ReadsAllThatOneFrameHolds) {
  const auto frame = read_server_frame(R"({
    "setupComplete": {},
    "serverContent": {"turnComplete": true, "inputTranscription": {"text": "hel"},
      "outputTranscription": {"text": "Hi"}, "modelTurn": {"parts": [
        {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AAAAAA=="}}, {"text": "x"},
        {"inlineData": {"data": "AAA="}}, {"inlineData": {"data": "?"}}, 7]}},
    "sessionResumptionUpdate": {"newHandle": "h", "resumable": true},
    "goAway": {"timeLeft": "50s"}, "unknown": [1]})");
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->setup_complete && frame->turn_complete);
  EXPECT_EQ(frame->heard, "hel");
  EXPECT_EQ(frame->said, "Hi");
  EXPECT_EQ(frame->sound_samples, 3U);
  EXPECT_EQ(frame->handle, ResumptionHandle("h"));
  EXPECT_EQ(frame->go_away_time_left, "50s");
}

TEST(LiveWireTest, TakesNoHandleThatCannotBeResumed) {
  for (const char* text :
       {R"({"sessionResumptionUpdate":{}})", R"({"sessionResumptionUpdate":{"newHandle":"h"}})",
        R"({"sessionResumptionUpdate":{"newHandle":"h","resumable":false}})",
        R"({"sessionResumptionUpdate":{"newHandle":"","resumable":true}})", R"({"goAway":1})"}) {
    const auto frame = read_server_frame(text);
    ASSERT_TRUE(frame.has_value());
    EXPECT_FALSE(frame->handle.has_value()) << text;
  }
  for (const char* text : {"", "[]", "7", "{"}) {
    EXPECT_FALSE(read_server_frame(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace reprise::gemini
