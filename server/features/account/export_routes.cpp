#include "features/account/export_routes.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "platform/http/ranged.hpp"
#include "platform/http/responses.hpp"

namespace reprise::account {
namespace json = boost::json;
using access::Action;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

struct Services {
  Exports& exports;
  DoerOf doer_of;
  std::function<std::int64_t()> now;
};

json::object to_api(const Export& one) {
  json::object object{{"id", one.id},
                      {"state", enum_text(one.state)},
                      {"created_at", rfc3339(one.created_utc_ns)},
                      {"ready_at", nullptr},
                      {"expires_at", rfc3339(expires_utc_ns(one))},
                      {"bytes", nullptr},
                      {"sha256", nullptr}};
  if (one.ready_utc_ns) object["ready_at"] = rfc3339(*one.ready_utc_ns);
  if (one.bytes) object["bytes"] = *one.bytes;
  if (one.sha256_hex) object["sha256"] = *one.sha256_hex;
  return object;
}

Task<Response> list(Services services, Request request) {
  const auto all = co_await services.exports.list(request.who().user, request.deadline);
  json::array shown;
  for (const Export& one : all) shown.push_back(to_api(one));
  co_return http::json(200, json::serialize(json::object{{"exports", std::move(shown)}}));
}

Task<Response> begin(Services services, Request request) {
  constexpr int kAccepted = 202;
  if (auto refused = refused_as_stale(request, services.now())) co_return *std::move(refused);
  const auto begun = co_await services.exports.begin(services.doer_of(request), request.deadline);
  if (!begun) co_return http::problem(begun.error());
  co_return http::json(kAccepted, json::serialize(to_api(*begun)));
}

Task<Response> remove(Services services, Request request) {
  if (!co_await services.exports.remove(services.doer_of(request), request.params[0],
                                        request.deadline)) {
    co_return http::problem(Error{ErrorCode::NotFound, "You have no such export."});
  }
  co_return http::no_content();
}

class AsBody final : public http::BodySource {
 public:
  explicit AsBody(std::unique_ptr<blob::BlobSource> source) : source_(std::move(source)) {}
  Task<Bytes> next() override { return source_->next(); }

 private:
  const std::unique_ptr<blob::BlobSource> source_;
};

Task<Response> get_file(Services services, Request request) {
  constexpr int kFirstError = 400;
  const auto file =
      co_await services.exports.file(request.who().user, request.params[0], request.deadline);
  // Before the login's age is told, so that foreign and absent exports look the same.
  if (!file && file.error().code == ErrorCode::NotFound) co_return http::problem(file.error());
  if (auto refused = refused_as_stale(request, services.now())) co_return *std::move(refused);
  if (!file) co_return http::problem(file.error());
  Response response = http::ranged(
      request, file->bytes, "application/zip", file->sha256_hex, "private, no-store",
      [&](ByteRange part) { return std::make_unique<AsBody>(services.exports.open(*file, part)); });
  if (response.status >= kFirstError) co_return response;
  constexpr std::size_t kDayLetters = 10;
  response.headers.set("Content-Disposition",
                       fmt::format("attachment; filename=\"reprise-export-{}.zip\"",
                                   rfc3339(file->made_utc_ns).substr(0, kDayLetters)));
  co_await services.exports.note_download(services.doer_of(request), request.params[0],
                                          request.deadline);
  co_return response;
}

Task<Response> erase(Eraser& eraser, DoerOf doer_of, std::string drop_cookie,
                     std::function<std::int64_t()> now, Request request) {
  constexpr int kAccepted = 202;
  if (auto refused = refused_as_stale(request, now())) co_return *std::move(refused);
  const auto begun = co_await eraser.begin(request.who(), doer_of(request), request.deadline);
  if (!begun) co_return http::problem(begun.error());
  Response response = http::json(kAccepted, json::serialize(json::object{{"state", "erasing"}}));
  response.headers.add("Set-Cookie", drop_cookie);
  // Not "storage": there may lie journals of other people's recordings.
  response.headers.add("Clear-Site-Data", "\"cache\"");
  co_return response;
}

}  // namespace

std::optional<Response> refused_as_stale(const Request& request, std::int64_t now_utc_ns) {
  constexpr int kForbidden = 403;
  if (access::has_fresh_login(request.who(), now_utc_ns)) return std::nullopt;
  return http::problem(kForbidden, "fresh-login-needed",
                       "Log in again to do this: the last login was more than ten minutes ago.");
}

http::Route erase_route(Eraser& eraser, const DoerOf& doer_of, const std::string& drop_cookie,
                        const std::function<std::int64_t()>& now_utc_ns) {
  return guarded(Action::EraseAccount,
                 {Method::Delete, "/api/account",
                  [&eraser, doer_of, drop_cookie, now_utc_ns](Request request) {
                    return erase(eraser, doer_of, drop_cookie, now_utc_ns, std::move(request));
                  }});
}

http::Routes export_routes(Exports& exports, const DoerOf& doer_of,
                           const std::function<std::int64_t()>& now_utc_ns) {
  const Services services{.exports = exports, .doer_of = doer_of, .now = now_utc_ns};
  const auto with = [&services](Task<Response> (*handle)(Services, Request)) {
    return [services, handle](Request request) { return handle(services, std::move(request)); };
  };
  constexpr const char* kAll = "/api/account/exports";
  return {
      guarded(Action::ManageOwnExports, {Method::Get, kAll, with(list)}),
      guarded(Action::ExportAccount, {Method::Post, kAll, with(begin)}),
      guarded(Action::ManageOwnExports,
              {Method::Delete, "/api/account/exports/{id:uuid}", with(remove)}),
      guarded(Action::DownloadExport,
              {Method::Get, "/api/account/exports/{id:uuid}/file", with(get_file)}),
  };
}

}  // namespace reprise::account
