#include "emulator/talk/scenario.hpp"

#include <gtest/gtest.h>

namespace reprise::emulator {
namespace {

using std::chrono::milliseconds;

TEST(Scenario, IsTheUsualWayWhenEmpty) {
  const Scenario scenario = read_scenario("# nothing\n");
  EXPECT_FALSE(scenario.keeps_quiet);
  EXPECT_EQ(scenario.setup_delay, milliseconds(300));
  EXPECT_FALSE(scenario.close || scenario.go_away || scenario.strict_v1 || scenario.nested_masks ||
               scenario.text_frames);
}

TEST(Scenario, CanKeepQuiet) { EXPECT_TRUE(read_scenario("answers: none\n").keeps_quiet); }

TEST(Scenario, ScriptsEverything) {
  const Scenario scenario = read_scenario(R"(
answers:
  - {match: Weather, say: "It is sunny. Take a hat."}
  - {turn: 2, silence: true}
  - turn: 3
    delay_ms: 500
    say: Late.
  - {match: break, close: {code: 1011, reason: broken}}
setup_delay_ms: 0
answer_delay_ms: 20
close: {code: 1008, reason: over, after_ms: 9000}
go_away: {after_ms: 100, time_left_ms: 50000}
strict_v1: true
nested_masks: true
frames: text
clock: "14:05"
)");
  EXPECT_EQ(scenario.setup_delay, milliseconds(0));
  EXPECT_EQ(scenario.answer_delay, milliseconds(20));
  EXPECT_EQ(scenario.close->code, 1008);
  EXPECT_EQ(scenario.close_after, milliseconds(9000));
  EXPECT_EQ(scenario.go_away->time_left, milliseconds(50'000));
  EXPECT_TRUE(scenario.strict_v1 && scenario.nested_masks && scenario.text_frames);
  EXPECT_EQ(scenario.clock, std::pair(14, 5));

  const ScenarioAnswer* weather = scripted_answer(scenario, 1, "how is the weather");
  ASSERT_NE(weather, nullptr);
  EXPECT_EQ(weather->sentences, (std::vector<std::string>{"It is sunny.", "Take a hat."}));
  EXPECT_TRUE(scripted_answer(scenario, 2, "hello")->sentences.empty());
  EXPECT_EQ(scripted_answer(scenario, 3, "hello")->delay, milliseconds(500));
  EXPECT_EQ(scripted_answer(scenario, 4, "BREAK it")->close->reason, "broken");
  EXPECT_EQ(scripted_answer(scenario, 4, "hello"), nullptr);
}

struct WrongCase {
  const char* yaml;
  const char* says;
};
class WrongScenario : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongScenario, IsRefusedWithItsLine) {
  try {
    read_scenario(GetParam().yaml);
    FAIL() << "accepted";
  } catch (const ScenarioError& error) {
    const std::string said = error.what();
    EXPECT_TRUE(said.starts_with("line ")) << said;
    EXPECT_NE(said.find(GetParam().says), std::string::npos) << said;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongScenario,
    testing::Values(WrongCase{"answer: none\n", "no key 'answer'"},
                    WrongCase{"answers: some\n", "none or a list"},
                    WrongCase{"answers:\n  - {say: hi, sya: ho}\n",
                              "line 2: an answer has no key 'sya'"},
                    WrongCase{"answers:\n  - {match: hi}\n", "one of say"},
                    WrongCase{"answers:\n  - {say: hi, silence: true}\n", "one of say"},
                    WrongCase{"answers:\n  - {turn: 0, say: hi}\n", "whole number from 1"},
                    WrongCase{"setup_delay_ms: soon\n", "whole number"},
                    WrongCase{"setup_delay_ms: 1\nsetup_delay_ms: 2\n", "twice"},
                    WrongCase{"strict_v1: perhaps\n", "true or false"},
                    WrongCase{"close: {code: 1006}\n", "may not be sent"},
                    WrongCase{"close: {code: 99}\n", "whole number from 1000"},
                    WrongCase{"frames: json\n", "binary or text"},
                    WrongCase{"clock: \"25:00\"\n", "14:05"}, WrongCase{"- 1\n", "must be a map"},
                    WrongCase{"a: [\n", "line "}));

}  // namespace
}  // namespace reprise::emulator
