#include "domain/recording/format/rows.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace reprise::recording
