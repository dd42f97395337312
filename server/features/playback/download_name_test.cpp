#include "features/playback/download_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace reprise::playback {
namespace {

struct NameCase {
  const char* name;
  std::string title;
  std::string want;  ///< behind `filename*=UTF-8''`
};
class DownloadNameTest : public testing::TestWithParam<NameCase> {};
TEST_P(DownloadNameTest, IsATitleAndADay) {
  EXPECT_EQ(download_disposition(GetParam().title, "2026-11-28", "mcap"),
            "attachment; filename=\"live-session-2026-11-28.mcap\"; filename*=UTF-8''" +
                GetParam().want + "%202026-11-28.mcap");
}
INSTANTIATE_TEST_SUITE_P(
    Titles, DownloadNameTest,
    testing::Values(NameCase{"Plain", "Gears jump", "Gears%20jump"},
                    NameCase{"None", "", "Live%20session"},
                    NameCase{"NothingThatIsTaken", " ../\\ ", "Live%20session"},
                    NameCase{"APath", "../etc/passwd", "etc%20passwd"},
                    NameCase{"QuotesAndLines", "a\"b\r\nSet-Cookie: c", "a%20b%20Set-Cookie%20c"},
                    NameCase{"OtherScripts", "東京", "%E6%9D%B1%E4%BA%AC"},
                    NameCase{"BlanksInARow", "a  b\x7F c", "a%20b%20c"},
                    NameCase{"Apostrophe", "it's 100%", "it%27s%20100%25"},
                    NameCase{"CutBetweenLetters", std::string(59, 'x') + "ä" + "y",
                             std::string(59, 'x') + "%C3%A4"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::playback
