#include "app/doctor_installation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/about_routes.hpp"
#include "app/doctor.hpp"
#include "app/doctor_chat.hpp"
#include "app/doctor_database.hpp"
#include "app/doctor_gcs.hpp"
#include "app/doctor_machine.hpp"
#include "app/doctor_site.hpp"
#include "app/doctor_steps.hpp"
#include "base/log.hpp"
#include "base/run_alone.hpp"

namespace reprise::app {

namespace {

/// Prints a part of the examination, and remembers the parts in which something failed.
class Examination {
 public:
  explicit Examination(std::FILE* out) : out_(out) {}

  /// `work` returns findings.
  template <class Work>
  void part(const char* name, Work work) {
    begin(name);
    DoctorSteps steps(out_);
    bool failed = false;
    try {
      for (const Finding& finding : work()) {
        steps.say(finding.name, word_of(finding.verdict), finding.words);
        if (!finding.remedy.empty()) steps.add("-> " + finding.remedy);
        failed = failed || finding.verdict == Verdict::Failed;
      }
    } catch (const std::exception& error) {
      steps.say(name, word_of(Verdict::Failed), error.what());
      failed = true;
    }
    note(name, failed);
  }
  /// `work` is a doctor of its own, which prints what it does and returns an exit code.
  template <class Work>
  void doctor(const char* name, Work work) {
    begin(name);
    note(name, work() != 0);
  }
  int end() const {
    if (failed_.empty()) {
      fmt::print(out_, "\nNothing has failed.\n");
      return 0;
    }
    fmt::print(out_, "\nFailed: {}. The lines above say what to do.\n", fmt::join(failed_, ", "));
    return 1;
  }

 private:
  static std::string_view word_of(Verdict verdict) {
    if (verdict == Verdict::Fine) return "ok";
    return verdict == Verdict::Warning ? "WARN" : "FAILED";
  }
  void begin(const char* name) {
    fmt::print(out_, "\n{}\n", name);
    std::fflush(out_);
  }
  void note(const char* name, bool failed) {
    if (failed) failed_.emplace_back(name);
  }

  std::FILE* out_;
  std::vector<std::string> failed_;
};

std::vector<Finding> without_bucket() {
  return {{"objects", Verdict::Fine, "recordings lie in the data directory; there is no bucket"}};
}
std::vector<Finding> without_site() {
  return {{"site", Verdict::Warning, "no public address is known, so no proxy was looked at",
           "Name it, if there is one: --url https://…"}};
}

}  // namespace

const std::vector<Setting>& doctor_settings() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> some{
        {.name = "url", .help = "the public address to look at, as https://reprise.example.org"}};
    some.insert(some.end(), settings().begin(), settings().end());
    return some;
  }();
  return all;
}

int doctor(const ServeOptions& options, const Environment& environment, const std::string& url,
           std::FILE* out) {
  log::set_level(log::Level::Error);  // the lines say it in words
  const auto& own_urls = options.login.public_urls;
  const std::string site = !url.empty() || own_urls.empty() ? url : own_urls.front();
  fmt::print(out, "Reprise {} looks at this installation.\n", kVersion);
  Examination examination(out);
  examination.part("Machine", [&] { return judge_machine(look_at_machine(options, environment)); });
  examination.part("Database", [&] { return examine_database(options); });
  if (options.bucket) {
    examination.doctor("Bucket", [&] {
      return doctor_bucket(*options.bucket, options.link_account ? site : "", out);
    });
  } else {
    examination.part("Bucket", without_bucket);
  }
  examination.part("Login", [&] { return run_alone(examine_issuers(options)); });
  examination.doctor("Gemini", [&] { return doctor_gemini(options, out); });
  examination.doctor("Typed messages", [&] { return doctor_chat(options, out); });
  if (site.empty()) {
    examination.part("Proxy and TLS", without_site);
  } else {
    examination.part("Proxy and TLS", [&] { return run_alone(examine_site(options, site)); });
  }
  return examination.end();
}

}  // namespace reprise::app
