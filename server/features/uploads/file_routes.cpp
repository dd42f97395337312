#include "features/uploads/file_routes.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "domain/upload/multipart.hpp"
#include "domain/upload/tus.hpp"
#include "platform/http/ranged.hpp"
#include "platform/uploads/writer.hpp"

namespace reprise::uploads {
namespace json = boost::json;
using database::usual_deadline;
using http::Request;
using http::Response;

namespace {

/// A form is held in memory.
constexpr std::uint64_t kFormBytesMax = std::uint64_t{16} << 20;

/// `Upload` of api/openapi.yaml.
json::object to_api(const Upload& upload) {
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? json::value(*value) : json::value(nullptr);
  };
  const bool complete = upload.state == State::Complete;
  return {{"id", upload.id.value},
          {"state", complete ? "complete" : "open"},
          {"name", upload.name},
          {"media_type", complete ? json::value(upload.media_type) : json::value(nullptr)},
          {"bytes", complete ? json::value(upload.bytes) : number(upload.length)},
          {"offset", upload.offset},
          {"sha256", complete ? json::value(upload.sha256_hex) : json::value(nullptr)},
          {"width", number(upload.width)},
          {"height", number(upload.height)},
          {"duration_ms", number(upload.duration_ms)},
          {"has_preview", upload.has_preview},
          {"created_at", rfc3339(upload.created_utc_ns)}};
}

class AsBody final : public http::BodySource {
 public:
  explicit AsBody(std::unique_ptr<blob::BlobSource> source) : source_(std::move(source)) {}
  Task<Bytes> next() override { return source_->next(); }

 private:
  const std::unique_ptr<blob::BlobSource> source_;
};

/// Nothing of it runs in our origin, whatever it is and however it is opened.
void make_harmless(Response& response, const Upload& file, bool wants_to_keep) {
  const upload::MediaType* type = upload::find_media_type(file.media_type);
  const bool attachment = wants_to_keep || type == nullptr || !upload::is_shown(*type);
  response.headers.set("Content-Disposition", upload::disposition(attachment, file.name));
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace

std::string_view header(const Request& request, std::string_view name) {
  return request.headers.find(name).value_or("");
}

Response as_created(const Upload& made) {
  Response response = http::json(201, json::serialize(to_api(made)));
  response.headers.set("Location", "/api/uploads/" + made.id.value);
  return response;
}

Task<Response> create_by_form(Services services, Request request) {
  const auto boundary = upload::boundary_in(header(request, "Content-Type"));
  if (!boundary) co_return http::problem(boundary.error());
  if (auto space = services.may_begin(); !space) co_return http::problem(space.error());
  if (request.body->length().value_or(0) > kFormBytesMax) {
    co_return http::problem(
        Error{ErrorCode::TooLarge,
              fmt::format("`file` may have at most {} MB in a form. Send it by the tus protocol.",
                          kFormBytesMax >> 20)});
  }
  const auto body = co_await request.body->read_all();
  if (!body) co_return http::problem(body.error());
  const auto file = upload::file_in(as_text(*body), *boundary);
  if (!file) co_return http::problem(file.error());
  const access::Reach reach = access::Reach::of(request.who());
  auto made = co_await services.uploads.create(request.who().user, upload::clean_name(file->name),
                                               std::ssize(file->content), request.deadline,
                                               {.type = upload::clean_type(file->declared_type)});
  if (made && made->state == State::Open) {
    const UploadId id = made->id;
    auto writer =
        co_await services.uploads.begin(reach, id, 0, std::nullopt, std::nullopt, request.deadline);
    if (!writer) co_return http::problem(writer.error());
    Status added = co_await (*writer)->add(as_bytes(file->content));
    if (added) {
      if (auto ended = co_await (*writer)->end(true); !ended) {
        added = std::unexpected(ended.error());
      }
    }
    made = added ? co_await services.uploads.complete(reach, id)
                 : Result<Upload>(std::unexpected(added.error()));
    if (!made) (void)co_await services.uploads.remove(reach, id, usual_deadline());
  }
  if (!made) co_return http::problem(made.error());
  co_return as_created(*made);
}

Task<Response> get_info(Services services, Request request) {
  const auto found = co_await services.uploads.find(access::Reach::of(request.who()),
                                                    UploadId(request.params[0]), request.deadline);
  if (!found) co_return http::problem(found.error());
  co_return http::json(200, json::serialize(to_api(*found)));
}

Task<Response> get_file(Services services, Request request) {
  constexpr int kFirstError = 400;
  const auto found = co_await services.uploads.find(access::Reach::of(request.who()),
                                                    UploadId(request.params[0]), request.deadline);
  if (!found) co_return http::problem(found.error());
  if (found->state != State::Complete) {
    co_return http::problem(
        Error{ErrorCode::Conflict, "This upload is not whole yet.", {}, "upload-not-whole"});
  }
  const auto whole = static_cast<std::uint64_t>(found->bytes);
  const auto type = upload::find_media_type(found->media_type);
  std::string content_type = found->media_type;
  if (type != nullptr && type->family == upload::Family::Text) content_type += "; charset=utf-8";
  std::optional<ByteRange> part;
  Response response = http::ranged(request, whole, std::move(content_type), found->sha256_hex,
                                   "private, no-cache", [&](ByteRange wanted) {
                                     part = wanted;
                                     return std::unique_ptr<http::BodySource>();
                                   });
  if (response.status >= kFirstError) co_return response;
  if (part) {
    response.body =
        http::StreamBody{.source = std::make_unique<AsBody>(
                             co_await services.uploads.open(*found, *part, request.deadline)),
                         .length = part->length()};
  }
  make_harmless(response, *found, request.query_value("download").has_value());
  co_return response;
}

Task<Response> get_preview(Services services, Request request) {
  const auto found = co_await services.uploads.find(access::Reach::of(request.who()),
                                                    UploadId(request.params[0]), request.deadline);
  if (!found) co_return http::problem(found.error());
  const auto picture = co_await services.uploads.preview(*found, request.deadline);
  if (!picture) co_return http::problem(picture.error());
  Response response{.status = 200, .body = std::string(as_text(*picture))};
  const bool is_jpeg = as_text(*picture).starts_with("\xff\xd8");
  response.headers.add("Content-Type", is_jpeg ? "image/jpeg" : "image/png");
  response.headers.add("Cache-Control", "private, max-age=3600");
  make_harmless(response, *found, false);
  response.headers.set("Content-Disposition", "inline");
  co_return response;
}

}  // namespace reprise::uploads
