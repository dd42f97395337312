#include "features/ingest/list_wish.hpp"

#include <gtest/gtest.h>

namespace reprise::ingest {
namespace {

using archive::RecordingMissing;
using archive::RecordingSort;
using session::RecordingState;

Result<ListWish> wish_of(std::vector<std::pair<std::string, std::string>> query) {
  http::Request request{.method = http::Method::Get};
  request.query = std::move(query);
  return list_wish(request);
}

TEST(ListWish, WithoutAnythingIsTheNewestOfAll) {
  const auto wish = wish_of({});
  ASSERT_TRUE(wish.has_value());
  EXPECT_EQ(wish->page.limit, kPageLimitDefault);
  EXPECT_EQ(wish->sort, RecordingSort::Newest);
  EXPECT_FALSE(wish->filter.chat || wish->filter.state || wish->filter.model);
  EXPECT_FALSE(wish->filter.missing);
  EXPECT_FALSE(wish->filter.from_utc_ns || wish->filter.before_utc_ns);
}

TEST(ListWish, ReadsAllOfIt) {
  const std::string chat = "0193a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
  const auto wish = wish_of({{"limit", "7"},
                             {"chat", chat},
                             {"state", "complete_with_gaps"},
                             {"missing", "some"},
                             {"from", "1970-01-01T00:00:01Z"},
                             {"before", "1970-01-01T02:00:02+02:00"},
                             {"model", "gemini-3.8-live"},
                             {"sort", "longest"}});
  ASSERT_TRUE(wish.has_value());
  EXPECT_EQ(wish->page.limit, 7);
  EXPECT_EQ(wish->filter.chat->value, chat);
  EXPECT_EQ(wish->filter.state, RecordingState::CompleteWithGaps);
  EXPECT_EQ(wish->filter.missing, RecordingMissing::Some);
  EXPECT_EQ(wish->filter.from_utc_ns, 1'000'000'000);
  EXPECT_EQ(wish->filter.before_utc_ns, 2'000'000'000);
  EXPECT_EQ(wish->filter.model, "gemini-3.8-live");
  EXPECT_EQ(wish->sort, RecordingSort::Longest);
}

TEST(ListWish, NamesWhatIsWrong) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"limit", "0"},
                                                        {"limit", "201"},
                                                        {"cursor", "?"},
                                                        {"chat", "x"},
                                                        {"chat", ""},
                                                        {"state", "erased"},
                                                        {"state", "Complete"},
                                                        {"state", ""},
                                                        {"missing", "None"},
                                                        {"missing", ""},
                                                        {"from", "yesterday"},
                                                        {"from", "2026-11-24"},
                                                        {"before", ""},
                                                        {"model", ""},
                                                        {"model", "\xff"},
                                                        {"model", std::string(201, 'm')},
                                                        {"sort", "size"},
                                                        {"sort", ""}}) {
    const auto wish = wish_of({{name, value}});
    ASSERT_FALSE(wish.has_value()) << name << "=" << value;
    EXPECT_EQ(wish.error().code, ErrorCode::Invalid);
    EXPECT_NE(wish.error().client_message.find("`" + name + "`"), std::string::npos)
        << wish.error().client_message;
  }
}

}  // namespace
}  // namespace reprise::ingest
