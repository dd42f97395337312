#include "app/doctor_machine.hpp"

#include <gmock/gmock.h>

#include "app/doctor_site.hpp"

namespace reprise::app {
namespace {

MachineFacts good() {
  return {.account = 7,
          .data_dir = {.path = "data", .exists = true, .mode = 0700, .owner = 7},
          .secrets = {},
          .write_error = {},
          .write_ms = 3,
          .free_bytes = std::uint64_t{50} << 30,
          .free_files = 1'000'000,
          .min_free_bytes = std::uint64_t{512} << 20,
          .open_files_max = 16'384,
          .clock_synchronised = true,
          .now_utc_ns = 1'800'000'000'000'000'000};
}

struct MachineCase {
  const char* name;
  void (*change)(MachineFacts&);
  const char* finding;
  Verdict verdict;
  const char* words;
};

class MachineTest : public testing::TestWithParam<MachineCase> {};

TEST_P(MachineTest, JudgesEachFact) {
  MachineFacts facts = good();
  GetParam().change(facts);
  const auto findings = judge_machine(facts);
  const auto found = std::ranges::find(findings, GetParam().finding, &Finding::name);
  ASSERT_NE(found, findings.end());
  EXPECT_EQ(found->verdict, GetParam().verdict);
  EXPECT_THAT(found->words, testing::HasSubstr(GetParam().words));
  EXPECT_EQ(found->remedy.empty(), found->verdict == Verdict::Fine);
}

INSTANTIATE_TEST_SUITE_P(
    Facts, MachineTest,
    testing::Values(
        MachineCase{"Directory", [](MachineFacts&) {}, "directory", Verdict::Fine, "this account"},
        MachineCase{"NoDirectory", [](MachineFacts& f) { f.data_dir.exists = false; }, "directory",
                    Verdict::Warning, "the first start makes it"},
        MachineCase{"OtherOwner", [](MachineFacts& f) { f.data_dir.owner = 0; }, "directory",
                    Verdict::Failed, "belongs to account 0"},
        MachineCase{"OpenDirectory", [](MachineFacts& f) { f.data_dir.mode = 0755; }, "directory",
                    Verdict::Failed, "mode 755"},
        MachineCase{"OpenSecret",
                    [](MachineFacts& f) {
                      f.secrets = {{.path = "key", .exists = true, .mode = 0644, .owner = 7}};
                    },
                    "secret", Verdict::Failed, "mode 644"},
        MachineCase{"LostSecret", [](MachineFacts& f) { f.secrets = {{.path = "key"}}; }, "secret",
                    Verdict::Failed, "cannot be found"},
        MachineCase{"GoodSecret",
                    [](MachineFacts& f) {
                      f.secrets = {{.path = "key", .exists = true, .mode = 0600, .owner = 7}};
                    },
                    "secret", Verdict::Fine, "its owner only"},
        MachineCase{"Disk", [](MachineFacts&) {}, "disk", Verdict::Fine, "51200 MiB"},
        MachineCase{"FullDisk", [](MachineFacts& f) { f.free_bytes = 1 << 20; }, "disk",
                    Verdict::Failed, "below 512 MiB"},
        MachineCase{"NoInodes", [](MachineFacts& f) { f.free_files = 10; }, "disk", Verdict::Failed,
                    "too few files"},
        MachineCase{"AnyInodes", [](MachineFacts& f) { f.free_files.reset(); }, "disk",
                    Verdict::Fine, "MiB are free"},
        MachineCase{"CannotWrite", [](MachineFacts& f) { f.write_error = "Read-only"; }, "write",
                    Verdict::Failed, "Read-only"},
        MachineCase{"SlowDisk", [](MachineFacts& f) { f.write_ms = 900; }, "write",
                    Verdict::Warning, "900 ms"},
        MachineCase{"Files", [](MachineFacts&) {}, "files", Verdict::Fine, "4096 connections"},
        MachineCase{"FewFiles", [](MachineFacts& f) { f.open_files_max = 1024; }, "files",
                    Verdict::Warning, "312 connections"},
        MachineCase{"NoFiles", [](MachineFacts& f) { f.open_files_max = 64; }, "files",
                    Verdict::Failed, "only 64 files"},
        MachineCase{"Clock", [](MachineFacts&) {}, "clock", Verdict::Fine, "is kept right"},
        MachineCase{"FreeClock", [](MachineFacts& f) { f.clock_synchronised = false; }, "clock",
                    Verdict::Warning, "nothing keeps it right"},
        MachineCase{"UnknownClock", [](MachineFacts& f) { f.clock_synchronised.reset(); }, "clock",
                    Verdict::Warning, "not known"},
        MachineCase{"OldClock", [](MachineFacts& f) { f.now_utc_ns = 0; }, "clock", Verdict::Failed,
                    "1970"}),
    [](const auto& tested) { return tested.param.name; });

http::Headers sent() {
  http::Headers headers;
  for (const char* name : {"content-security-policy", "X-Content-Type-Options", "Referrer-Policy",
                           "X-Request-Id", "Strict-Transport-Security"}) {
    headers.add(name, "x");
  }
  return headers;
}

TEST(DoctorHeaders, AreFineWhenEachArrivesOnce) {
  const auto findings = judge_headers(/*tls=*/true, sent());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().verdict, Verdict::Fine);
}

TEST(DoctorHeaders, NamesWhatIsAbsentAndWhatComesTwice) {
  http::Headers headers = sent();
  headers.add("Referrer-Policy", "y");
  EXPECT_EQ(judge_headers(true, headers).front().words, "these arrive twice: Referrer-Policy");
  const auto none = judge_headers(true, {});
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none.front().verdict, Verdict::Failed);
  EXPECT_THAT(none.front().words, testing::HasSubstr("Strict-Transport-Security"));
  EXPECT_THAT(judge_headers(false, {}).front().words,
              testing::Not(testing::HasSubstr("Strict-Transport-Security")));
}

TEST(DoctorMetric, IsReadFromTheExposition) {
  constexpr const char* kText = "# TYPE a_total counter\na_total 3\na_total_more 9\nb{x=\"y\"} 4\n";
  EXPECT_EQ(metric_in(kText, "a_total"), 3);
  EXPECT_EQ(metric_in(kText, "absent"), 0);
  EXPECT_EQ(metric_in("", "a_total"), 0);
}

TEST(DoctorTest, AStreamThatIsHeldBackIsNoticed) {
  using std::chrono_literals::operator""ms;
  const std::string both = "data: first\n\ndata: second\n\n";
  EXPECT_EQ(judge_events({.status = 200, .text = both, .first = 3ms, .last = 1005ms}).verdict,
            Verdict::Fine);
  const Finding held = judge_events({.status = 200, .text = both, .first = 1004ms, .last = 1005ms});
  EXPECT_EQ(held.verdict, Verdict::Failed);
  EXPECT_THAT(held.words, testing::HasSubstr("all at once"));
  EXPECT_THAT(held.remedy, testing::HasSubstr("proxy_buffering off"));
}

TEST(DoctorTest, AStreamThatBreaksOrIsAnotherAnswerIsNoticed) {
  EXPECT_EQ(judge_events({.status = 502, .text = "Bad Gateway"}).verdict, Verdict::Failed);
  EXPECT_EQ(judge_events({.status = 200, .text = "data: first\n\n"}).verdict, Verdict::Failed);
  const Finding cut =
      judge_events({.status = 200, .text = "data: first\n\n", .broken = "read: end"});
  EXPECT_THAT(cut.words, testing::HasSubstr("read: end"));
}

}  // namespace
}  // namespace reprise::app
