#include "domain/recording/format/rows.hpp"

#include <gmock/gmock.h>

#include <string>

namespace reprise::recording {
namespace {

template <class Row>
bool playout_is(std::string_view json) {
  RowReader reader;
  return std::holds_alternative<Row>(reader.playout(as_bytes(json)));
}
template <class Row>
bool clock_is(std::string_view json) {
  RowReader reader;
  return std::holds_alternative<Row>(reader.clock(as_bytes(json)));
}

TEST(RowsTest, RefusesWhatCannotBe) {
  EXPECT_TRUE(playout_is<SpanRow>(
      R"({"kind":"span","item":0,"first_sample":1,"sample_count":2,"context_frame":4,"new":[1]})"));
  for (
      const auto* json :
      {"", "[]", "{", "null", R"({"kind":"span"})",
       R"({"kind":"span","item":0,"first_sample":1,"sample_count":2,"context_frame":5})",
       R"({"kind":"span","item":0,"first_sample":-1,"sample_count":2,"context_frame":4})",
       R"({"kind":"span","item":0,"first_sample":1,"sample_count":9e99,"context_frame":4})",
       R"({"kind":"span","item":0,"first_sample":1,"sample_count":9223372036854775807,"context_frame":4})",
       R"({"kind":"span","item":0,"first_sample":1,"sample_count":18446744073709551615,"context_frame":4})",
       R"({"kind":"fade","context_frame":4,"sample_count":0})",
       R"({"kind":"flush","context_frame":"4","item":0,"dropped_samples":1})"}) {
    EXPECT_TRUE(playout_is<RefusedRow>(json)) << json;
  }
  for (const auto* json : {"{}", R"({"kind":7})", R"({"kind":"later"})"}) {
    EXPECT_TRUE(playout_is<std::monostate>(json)) << json;
  }
  EXPECT_TRUE(playout_is<FlushRow>(
      R"({"kind":"flush","context_frame":4,"item":null,"dropped_samples":1})"));
  EXPECT_TRUE(
      clock_is<OutputRow>(R"({"kind":"output","context_frame":4,"page_us":1795531763000000.0})"));
  EXPECT_TRUE(clock_is<RefusedRow>(R"({"kind":"output","context_frame":4147200001,"page_us":1})"));
  EXPECT_TRUE(
      clock_is<RefusedRow>(R"({"kind":"microphone","sample_rate":48000,"blocks":[[1,2]]})"));
  EXPECT_TRUE(clock_is<RefusedRow>(R"({"kind":"microphone","sample_rate":0,"blocks":[]})"));
}

TEST(RowsTest, ReadsTheEnvelope) {
  RowReader reader;
  const auto row = reader.clock(as_bytes(
      R"({"kind":"microphone","sample_rate":48000,"blocks":[[-5,7,480]],"envelope":"AP8Q+g=="})"));
  const auto* batch = std::get_if<MicrophoneRow>(&row);
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->blocks.at(0).device, DeviceUs(-5));
  EXPECT_EQ(batch->blocks.at(0).page, PageUs(7));
  EXPECT_EQ(batch->envelope, (std::vector<std::uint8_t>{0, 255, 16, 250}));
}

TEST(RowsTest, ReadsLiveMessagesInsideTheirRows) {
  RowReader reader;
  const auto row = reader.wire_rx(as_bytes(
      R"({"socket":1,"index":2,"text":"{\"serverContent\":{\"interrupted\":true,\"turnComplete\":true,)"
      R"(\"outputTranscription\":{\"text\":\" a\\n\\u00e9\"},\"inputTranscription\":{\"text\":\"b\"}}}",)"
      R"("audio":{"first_sample":5,"sample_count":6,"item":7}})"));
  ASSERT_TRUE(row.has_value());
  EXPECT_TRUE(row->interrupted && row->turn_complete);
  EXPECT_EQ(row->output_text, " a\né");
  EXPECT_EQ(row->input_text, "b");
  EXPECT_EQ(row->audio->item, 7);
  EXPECT_FALSE(reader.wire_rx(as_bytes(R"({"index":2})")).has_value());
  EXPECT_TRUE(
      reader.wire_rx(as_bytes(R"({"socket":0,"index":2,"text":"turnComplete{"})")).has_value());
}

TEST(RowsTest, KeepsTheDetailOfEvents) {
  RowReader reader;
  const auto row = reader.event(as_bytes(
      R"({"kind":"socket_closed","page_us":5,"context_frame":9,"code":1006,"reason":"a\"b","clean":false})"));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->context_frame, Frame(9));
  EXPECT_EQ(row->detail_json, R"({"code":1006,"reason":"a\"b","clean":false})");
}

TEST(RowsTest, TakesTheLargestNumbersAndNoLarger) {
  const auto page_is = [](std::string_view page, bool taken) {
    const std::string json =
        R"({"kind":"output","context_frame":0,"page_us":)" + std::string(page) + "}";
    EXPECT_EQ(clock_is<OutputRow>(json), taken) << json;
    EXPECT_EQ(clock_is<RefusedRow>(json), !taken) << json;
  };
  page_is("0", true);
  page_is("-1", false);
  page_is("9007199254740992", true);
  page_is("9007199254740993", false);
  page_is("9.0e15", true);
  page_is("9.1e15", false);
  page_is("-9.0e15", false);
  page_is("true", false);
  EXPECT_TRUE(clock_is<RenderRow>(R"({"kind":"render","context_frame":4147200000,"page_us":1})"));
  EXPECT_TRUE(clock_is<MicRow>(R"({"kind":"mic","first_sample":4294967295,"context_frame":1})"));
  EXPECT_TRUE(
      clock_is<RefusedRow>(R"({"kind":"mic","first_sample":4294967296,"context_frame":1})"));
}

std::string microphone_row(std::string_view members) {
  return R"({"kind":"microphone",)" + std::string(members) + "}";
}

TEST(RowsTest, RefusesMicrophoneRowsThatLackSomething) {
  for (const auto* members :
       {R"("sample_rate":48000)", R"("blocks":[[1,2,3]])", R"("sample_rate":48000,"blocks":5)",
        R"("sample_rate":7999,"blocks":[])", R"("sample_rate":192001,"blocks":[])",
        R"("sample_rate":48000,"blocks":[5])", R"("sample_rate":48000,"blocks":[[1,2,3,4]])",
        R"("sample_rate":48000,"blocks":[["1",2,3]])",
        R"("sample_rate":48000,"blocks":[[1,"2",3]])",
        R"("sample_rate":48000,"blocks":[[1,2,"3"]])", R"("sample_rate":48000,"blocks":[[1,2,0]])",
        R"("sample_rate":8000,"blocks":[[1,2,8001]])"}) {
    EXPECT_TRUE(clock_is<RefusedRow>(microphone_row(members))) << members;
  }
  for (const auto* members :
       {R"("sample_rate":8000,"blocks":[[1,2,8000]])", R"("sample_rate":192000,"blocks":[[1,2,1]])",
        R"("sample_rate":48000,"blocks":[])"}) {
    EXPECT_TRUE(clock_is<MicrophoneRow>(microphone_row(members))) << members;
  }
}

TEST(RowsTest, TakesAThousandBlocksOfTheMicrophone) {
  std::string blocks = "[1,2,3]";
  for (std::size_t i = 1; i < kMicrophoneBlocksMax; ++i) blocks += ",[1,2,3]";
  const auto row = [&blocks] {
    return microphone_row(R"("sample_rate":48000,"blocks":[)" + blocks + "]");
  };
  EXPECT_TRUE(clock_is<MicrophoneRow>(row()));
  blocks += ",[1,2,3]";
  EXPECT_TRUE(clock_is<RefusedRow>(row()));
}

TEST(RowsTest, ReadsTheEnvelopeUpToWhatIsNoBase64) {
  using Bytes = std::vector<std::uint8_t>;
  const std::vector<std::pair<std::string_view, Bytes>> cases{{"AP8Q", {0, 255, 16}},
                                                              {"AP8", {0, 255}},
                                                              {"AP", {0}},
                                                              {"A", {}},
                                                              {"AP8Q*P8Q", {0, 255, 16}},
                                                              {R"(AP8Q\u0000P8Q)", {0, 255, 16}},
                                                              {"+/+/", {251, 255, 191}}};
  for (const auto& [text, want] : cases) {
    RowReader reader;
    const auto json =
        microphone_row(R"("sample_rate":8000,"blocks":[],"envelope":")" + std::string(text) + '"');
    const auto row = reader.clock(as_bytes(json));
    EXPECT_EQ(std::get<MicrophoneRow>(row).envelope, want) << text;
  }
}

TEST(RowsTest, KnowsEveryKindOfPlayoutRow) {
  EXPECT_TRUE(playout_is<FadeRow>(R"({"kind":"fade","context_frame":4,"sample_count":1})"));
  EXPECT_TRUE(playout_is<RefusedRow>(R"({"kind":"fade","context_frame":3,"sample_count":1})"));
  EXPECT_TRUE(
      playout_is<UnderrunRow>(R"({"kind":"underrun","context_frame":4,"prebuffer_ms":60000})"));
  EXPECT_TRUE(
      playout_is<RefusedRow>(R"({"kind":"underrun","context_frame":4,"prebuffer_ms":60001})"));
  EXPECT_TRUE(playout_is<ItemRow>(R"({"kind":"item","item":0,"first_sample":0})"));
  RowReader reader;
  const auto complete = [&reader](std::string_view members) {
    const auto json =
        R"({"kind":"item_end","item":1,"sample_count":2)" + std::string(members) + "}";
    const auto row = reader.playout(as_bytes(json));
    return std::get<ItemEndRow>(row).complete;
  };
  EXPECT_TRUE(complete(""));
  EXPECT_TRUE(complete(R"(,"complete":true)"));
  EXPECT_FALSE(complete(R"(,"complete":false)"));
}

TEST(RowsTest, KnowsBothEndsOfASession) {
  RowReader reader;
  const auto session = [&reader](std::string_view json) { return reader.session(as_bytes(json)); };
  const auto started =
      session(R"({"kind":"started","page_us":5,"model":"m","audio":{"mic_delay_frames":48000}})");
  EXPECT_EQ(std::get<StartedRow>(started).model, "m");
  EXPECT_EQ(std::get<StartedRow>(started).mic_delay, Frame(48'000));
  const auto without =
      session(R"({"kind":"started","page_us":5,"audio":{"mic_delay_frames":48001}})");
  EXPECT_EQ(std::get<StartedRow>(without).mic_delay, std::nullopt);
  const auto ended = session(R"({"kind":"ended","reason":"hang_up","context_frame":7})");
  EXPECT_EQ(std::get<EndedRow>(ended).reason, "hang_up");
  EXPECT_EQ(std::get<EndedRow>(ended).context_frame, Frame(7));
  EXPECT_TRUE(std::holds_alternative<RefusedRow>(session(R"({"kind":"started","model":"m"})")));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(session(R"({"kind":"later"})")));
}

TEST(RowsTest, RefusesWhatIsNoObject) {
  RowReader reader;
  for (const auto* json : {"", "[]", "7", "{"}) {
    const ByteView bytes = as_bytes(json);
    EXPECT_TRUE(std::holds_alternative<RefusedRow>(reader.clock(bytes))) << json;
    EXPECT_TRUE(std::holds_alternative<RefusedRow>(reader.session(bytes))) << json;
    EXPECT_FALSE(reader.event(bytes).has_value()) << json;
    EXPECT_FALSE(reader.wire_rx(bytes).has_value()) << json;
    EXPECT_FALSE(reader.wire_tx(bytes).has_value()) << json;
  }
  for (const auto* json :
       {R"({"kind":"","page_us":1})", R"({"page_us":1})", R"({"kind":"mute"})"}) {
    EXPECT_FALSE(reader.event(as_bytes(json)).has_value()) << json;
  }
  EXPECT_FALSE(reader.wire_tx(as_bytes(R"({"socket":1})")).has_value());
}

TEST(RowsTest, ReadsTheNumbersOfEvents) {
  RowReader reader;
  const auto row = reader.event(
      as_bytes(R"({"kind":"mute","page_us":5,"on":true,"count":3,"item":4,"device":"x"})"));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->kind, "mute");
  EXPECT_EQ(row->page, PageUs(5));
  EXPECT_EQ(row->context_frame, std::nullopt);
  EXPECT_EQ(row->on, true);
  EXPECT_EQ(row->count, 3);
  EXPECT_EQ(row->item, 4);
  EXPECT_EQ(row->detail_json, R"({"on":true,"count":3,"item":4,"device":"x"})");
}

TEST(RowsTest, KeepsHalfACharacterButNoBrokenText) {
  RowReader reader;
  const auto half = reader.event(as_bytes(R"({"kind":"error","page_us":5,"message":"\ud83d"})"));
  ASSERT_TRUE(half.has_value());
  EXPECT_EQ(half->detail_json, "{\"message\":\"\uFFFD\"}");
  EXPECT_FALSE(reader.event(as_bytes("{\"kind\":\"error\",\"page_us\":5,\"message\":\"\xff\"}"))
                   .has_value());
}

}  // namespace
}  // namespace reprise::recording
