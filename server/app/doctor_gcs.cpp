#include "app/doctor_gcs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/io_context.hpp>

#include "app/about_routes.hpp"
#include "app/bucket.hpp"
#include "app/doctor_steps.hpp"
#include "app/serve.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "platform/gcs/bucket_config.hpp"
#include "platform/gcs/objects.hpp"
#include "platform/gcs/sender.hpp"
#include "platform/gcs/signed_url.hpp"
#include "platform/gcs/tokens.hpp"
#include "platform/gemini/peer_clock.hpp"
#include "platform/http/text.hpp"
#include "platform/http/url.hpp"

namespace reprise::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kStepWithin{10};
constexpr std::chrono::seconds kPiecesWithin{120};  // 8 MiB also leave by a slow line
constexpr std::size_t kConnections = 4;
/// Google refuses assertions and signed URLs from clocks that differ by more.
constexpr std::chrono::seconds kClockMost{60};
/// Two pieces, the last of them short.
constexpr std::size_t kPiecesBytes = 8 * 1024 * 1024 + 100'000;

Deadline in_time() { return Deadline::after(kStepWithin); }

std::string in_words(const Error& error) {
  return error.log_detail.empty() ? error.client_message
                                  : fmt::format("{} ({})", error.client_message, error.log_detail);
}

struct Place : BucketPlace {
  std::string origin;
  bool fix = false;
};

class GcsDoctor {
 public:
  GcsDoctor(const Place& place, std::FILE* out)
      : place_(place),
        out_(out),
        steps_(out),
        connections_(kConnections),
        send_(learning(gcs::sender(connections_, place.proxies), clock_, now_utc_ns)),
        tokens_(place.credentials, place.fix ? gcs::Scope::Bucket : gcs::Scope::Objects, send_,
                [this] { return clock_.at(now_utc_ns()); }),
        objects_(place.address, send_, tokens_) {}

  /// True when everything worked.
  Task<bool> examine();

 private:
  Task<bool> get_token();
  Task<std::optional<gcs::BucketConfig>> look_at_bucket();
  Task<void> look_at_rights();
  Task<void> report(gcs::BucketConfig config);
  Task<bool> write();
  Task<void> read();
  Task<void> list();
  Task<void> read_by_signed_url();
  Task<void> write_pieces();
  Task<void> remove();
  void judge_clock(const http::ClientResponse& answer, std::int64_t asked_utc_ns);

  const Place& place_;
  std::FILE* out_;
  DoctorSteps steps_;
  http::Connections connections_;
  gemini::PeerClock clock_;
  const gcs::Send send_;
  gcs::Tokens tokens_;
  gcs::Objects objects_;
  const std::string folder_ = "doctor/" + new_uuid7();
  const std::string key_ = folder_ + "/small";
  const std::string large_key_ = folder_ + "/large";
  const std::string content_ = "Reprise was here: " + new_uuid7();
};

Task<bool> GcsDoctor::examine() {
  fmt::print(out_, "Reprise {} looks at {} as {}.\n\n", kVersion, place_.address.shown(),
             gcs::shown(place_.credentials));
  if (co_await get_token()) {
    const auto config = co_await look_at_bucket();
    co_await look_at_rights();
    if (config) co_await report(*config);
    if (co_await write()) {
      co_await read();
      co_await list();
      co_await read_by_signed_url();
      co_await write_pieces();
      co_await remove();
    }
  }
  fmt::print(out_, "{}",
             steps_.all_fine() ? "\nEverything works: this bucket can hold what Reprise stores.\n"
                               : "\nNot everything works. The lines above say what does.\n");
  co_return steps_.all_fine();
}

Task<bool> GcsDoctor::get_token() {
  steps_.begin("token");
  const auto token = co_await tokens_.token(in_time());
  if (!token) {
    steps_.failed(in_words(token.error()));
    co_return false;
  }
  steps_.done(token->empty() ? "none: credentials go only over https or to this machine"
                             : "a token (not shown)");
  co_return true;
}

void GcsDoctor::judge_clock(const http::ClientResponse& answer, std::int64_t asked_utc_ns) {
  steps_.begin("clock");
  gemini::PeerClock clock;
  clock.learn(answer.headers.find("Date").value_or(""), asked_utc_ns, now_utc_ns());
  const auto ahead = clock.ahead();
  if (std::chrono::abs(ahead) <= gemini::PeerClock::kSlack) {
    steps_.done("agrees with the store's");
    return;
  }
  const std::string words =
      fmt::format("this computer's clock is {} s {}: set it right", std::abs(ahead.count()),
                  ahead.count() > 0 ? "fast" : "slow");
  if (std::chrono::abs(ahead) > kClockMost) {
    steps_.failed(words);
  } else {
    steps_.done(words);
  }
}

Task<std::optional<gcs::BucketConfig>> GcsDoctor::look_at_bucket() {
  steps_.begin("bucket");
  const std::int64_t asked = now_utc_ns();
  const auto answer = co_await objects_.ask(
      {.request = gcs::bucket_request(place_.address), .deadline = in_time()});
  if (!answer) {
    steps_.failed(in_words(answer.error()));
    co_return std::nullopt;
  }
  if (answer->status == 404) {
    steps_.failed(
        fmt::format("there is no bucket {}; make it, or correct the name", place_.address.bucket));
    co_return std::nullopt;
  }
  if (answer->status != 200) {
    steps_.failed(gcs::refusal(*answer, "the bucket's configuration").log_detail);
    steps_.add("The role Storage Bucket Viewer lets the doctor look at it.");
    judge_clock(*answer, asked);
    co_return std::nullopt;
  }
  auto config = gcs::read_bucket(answer->body);
  if (!config) {
    steps_.failed(in_words(config.error()));
    co_return std::nullopt;
  }
  steps_.done(fmt::format("in {}, class {}", config->location, config->storage_class));
  judge_clock(*answer, asked);
  co_return *std::move(config);
}

Task<void> GcsDoctor::look_at_rights() {
  steps_.begin("rights");
  const auto answer = co_await objects_.ask(
      {.request = gcs::permissions_request(place_.address), .deadline = in_time()});
  if (!answer || answer->status != 200) {
    steps_.failed(answer ? gcs::refusal(*answer, "rights").log_detail : in_words(answer.error()));
    co_return;
  }
  const auto missing = gcs::missing_permissions(answer->body);
  if (!missing) {
    steps_.failed(in_words(missing.error()));
  } else if (missing->empty()) {
    steps_.done("objects may be made, read, listed and deleted");
  } else {
    steps_.failed(fmt::format("missing: {}", fmt::join(*missing, ", ")));
    steps_.add("The role Storage Object User (roles/storage.objectUser) has them all.");
  }
}

Task<void> GcsDoctor::report(gcs::BucketConfig config) {
  for (const gcs::Finding& finding : gcs::findings(config, place_.address, place_.origin)) {
    steps_.begin(finding.name);
    if (finding.fine) {
      steps_.done(finding.words);
      continue;
    }
    if (!finding.change || !place_.fix) {
      steps_.failed(finding.words);
      steps_.add(finding.command);
      if (finding.change) steps_.add("Or let `reprise doctor gcs --fix` do it.");
      continue;
    }
    const auto answer = co_await objects_.ask(
        {.request = gcs::change_bucket_request(place_.address, config, *finding.change),
         .repeatable = gcs::Repeatable::WithPrecondition,
         .deadline = in_time()});
    if (!answer || answer->status != 200) {
      steps_.failed(
          finding.words + "; changing it: " +
          (answer ? gcs::refusal(*answer, "refused").log_detail : in_words(answer.error())));
      steps_.add(finding.command);
      continue;
    }
    const auto changed = gcs::read_bucket(answer->body);
    if (changed) config = *changed;
    steps_.done("mended; it was: " + finding.words);
  }
}

Task<bool> GcsDoctor::write() {
  steps_.begin("write");
  const auto made = co_await objects_.put(key_, content_, in_time());
  if (!made) {
    steps_.failed(in_words(made.error()));
    co_return false;
  }
  steps_.done(fmt::format("{} bytes, CRC32C confirmed", made->bytes));
  steps_.begin("once");
  const auto again = co_await objects_.put(key_, content_, in_time());
  const auto other = co_await objects_.put(key_, content_ + " twice", in_time());
  const bool kept = again && again->generation == made->generation;
  if (kept && !other && other.error().code == ErrorCode::Conflict) {
    steps_.done("the same again is the same object, other content is refused");
  } else if (!again) {  // it was not stored a second time, and not compared either
    steps_.failed(in_words(again.error()));
  } else {
    steps_.failed("the store lets an object be written over, so nothing in it would be safe");
  }
  co_return true;
}

Task<void> GcsDoctor::read() {
  steps_.begin("read");
  const auto whole = co_await objects_.read(key_, {}, in_time());
  const auto part = co_await objects_.read(key_, {.first = 8, .last = 11}, in_time());
  if (!whole || !part) {
    steps_.failed(in_words(whole ? part.error() : whole.error()));
  } else if (as_text(*whole) != content_ || as_text(*part) != content_.substr(8, 3)) {
    steps_.failed("other bytes than were written");
  } else {
    steps_.done("the whole, CRC32C compared, and a part");
  }
}

Task<void> GcsDoctor::list() {
  steps_.begin("list");
  const auto page = co_await objects_.list(folder_ + "/", "", in_time());
  if (!page) {
    steps_.failed(in_words(page.error()));
  } else if (page->objects.size() != 1 || page->objects.front().key != key_) {
    steps_.failed(fmt::format("{} objects where one was written", page->objects.size()));
  } else {
    steps_.done("finds it at once");
  }
}

Task<void> GcsDoctor::read_by_signed_url() {
  steps_.begin("signed");
  const auto* account = std::get_if<gcs::ServiceAccount>(&place_.credentials);
  if (account == nullptr) {
    steps_.done("not tried: without a key file there is nothing to sign URLs with");
    co_return;
  }
  const std::string url =
      gcs::signed_read_url(*account, place_.address, {.key = key_}, clock_.at(now_utc_ns()));
  const auto answer = co_await gcs::call(send_, {.request = {.url = url}, .deadline = in_time()});
  if (!answer || answer->status != 200 || answer->body != content_) {
    steps_.failed(answer ? fmt::format("a signed URL is answered with status {}", answer->status)
                         : in_words(answer.error()));
  } else {
    steps_.done("a signed URL of 60 s is read without a token");
  }
}

Task<void> GcsDoctor::write_pieces() {
  steps_.begin("pieces");
  const std::string content(kPiecesBytes, 'r');
  const auto made = co_await objects_.put(large_key_, content, Deadline::after(kPiecesWithin));
  if (!made) {
    steps_.failed(in_words(made.error()));
    co_return;
  }
  steps_.done(fmt::format("{} bytes in a resumable upload, CRC32C confirmed", made->bytes));
}

Task<void> GcsDoctor::remove() {
  steps_.begin("remove");
  const auto small = co_await objects_.remove(key_, in_time());
  const auto large = co_await objects_.remove(large_key_, in_time());
  if (!small || !large) {
    steps_.failed(in_words(small ? large.error() : small.error()));
    co_return;
  }
  const auto left = co_await objects_.list(folder_ + "/", "", in_time());
  const auto gone = co_await objects_.read(key_, {}, in_time());
  const bool absent = !gone && gone.error().code == ErrorCode::NotFound;
  if (!left) {
    steps_.failed(in_words(left.error()));
    co_return;
  }
  if (!left->objects.empty() || !absent) {
    steps_.failed("what was removed is still there");
  } else {
    steps_.done("nothing is left");
  }
}

/// As browsers send it, which is how a bucket compares it.
Result<std::string> as_sent(const std::string& origin) {
  if (origin.empty()) return origin;
  const auto url = http::parse_url(origin);
  if (!url || url->target != "/") {
    return fail(ErrorCode::Invalid,
                "--origin: must be the address of the app without a path: https://HOST[:PORT].");
  }
  return fmt::format("{}://{}", url->tls ? "https" : "http", http::lower_case(url->authority));
}

Result<Place> place_of(const Config& config,
                       const std::vector<std::pair<std::string, std::string>>& environment) {
  if (!config.has("blob-store")) {
    return fail(ErrorCode::Invalid,
                "--blob-store (or REPRISE_BLOB_STORE) is missing: gs://BUCKET/PREFIX.");
  }
  auto place = bucket_place(config, environment);
  if (!place) return std::unexpected(place.error());
  auto origin = as_sent(config.text("origin"));
  if (!origin) return std::unexpected(origin.error());
  return Place{*std::move(place), *std::move(origin), config.is_on("fix")};
}

int examine_place(const Place& place, std::FILE* out) {
  boost::asio::io_context context;
  GcsDoctor doctor(place, out);
  return exit_code_of(context, doctor.examine(), out);
}

}  // namespace

const std::vector<Setting>& doctor_gcs_settings() {
  static const std::vector<Setting> all{
      {.name = "blob-store", .help = "gs://BUCKET/PREFIX[?endpoint=http://HOST:PORT]"},
      {.name = "gcs-token",
       .kind = Setting::Kind::Secret,
       .help = "an access token, instead of a key file or the metadata server"},
      {.name = "origin", .help = "https://… of the app, when browsers are to read the bucket"},
      {.name = "fix",
       .kind = Setting::Kind::Switch,
       .default_value = "false",
       .help = "change CORS and lifecycle of the bucket where they are not as wanted"},
  };
  return all;
}

int doctor_gcs(const Config& config,
               const std::vector<std::pair<std::string, std::string>>& environment,
               std::FILE* out) {
  log::set_level(log::Level::Error);  // the steps say it in words
  const auto place = place_of(config, environment);
  if (!place) {
    fmt::print(stderr, "reprise: {}\n", place.error().client_message);
    return kBadConfiguration;
  }
  return examine_place(*place, out);
}

int doctor_bucket(const BucketPlace& place, const std::string& origin, std::FILE* out) {
  return examine_place(Place{place, as_sent(origin).value_or(origin), false}, out);
}

}  // namespace reprise::app
