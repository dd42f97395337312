#include "features/uploads/upload_routes.hpp"

#include <fmt/format.h>

#include "domain/access/access.hpp"
#include "domain/upload/multipart.hpp"
#include "features/uploads/file_routes.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/text.hpp"
#include "platform/uploads/writer.hpp"

namespace reprise::uploads {
using access::Action;
using database::usual_deadline;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// One request of tus may bring a whole file.
constexpr std::uint64_t kBodyBytesMax = std::uint64_t{1} << 53;
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kChecksumMismatch = 460;
constexpr int kPrecondition = 412;

Response refused(const Error& error) {
  if (error.type == "upload-checksum") {
    return http::problem(kChecksumMismatch, error.type, error.client_message, "Checksum Mismatch");
  }
  return http::problem(error);
}

/// What every answer to a client that speaks tus has.
Response with_tus(Response response) {
  response.headers.set("Tus-Resumable", std::string(upload::kTusVersion));
  return response;
}

Response tus_problem(const Error& error) { return with_tus(refused(error)); }

/// The answer to a client that speaks another version. Empty: it speaks ours.
std::optional<Response> other_version(const Request& request) {
  if (header(request, "Tus-Resumable") == upload::kTusVersion) return std::nullopt;
  Response response = http::problem(kPrecondition, "tus-version",
                                    "Send the header Tus-Resumable with a version that is served.");
  response.headers.add("Tus-Version", std::string(upload::kTusVersion));
  return with_tus(std::move(response));
}

void add_state(Response& response, const Upload& upload) {
  response.headers.set("Upload-Offset", std::to_string(upload.offset));
  if (upload.state == State::Open) {
    response.headers.set("Upload-Expires", upload::http_date(expires_utc_ns(upload)));
  }
}

/// Reads the body into the upload until it ends or is cut; what has come by then is kept.
Task<Result<Upload>> receive(Services services, http::BodyReader* body, Writer* writer) {
  if (!body->hold(kPartBytes + kReadBytes)) {
    co_return fail(ErrorCode::Unavailable, "Too much is being uploaded now. Try again soon.");
  }
  Bytes space(kReadBytes);
  std::optional<Error> cut;
  for (;;) {
    const auto count = co_await body->read_some(space);
    if (!count) cut = count.error();
    if (!count || *count == 0) break;
    const auto added = co_await writer->add(ByteView(space).first(*count));
    if (!added) co_return std::unexpected(added.error());
    if (writer->must_let_go()) {
      (void)co_await writer->end(false);
      co_return fail(ErrorCode::Conflict, "A newer request goes on with this upload.",
                     "upload-taken-over");
    }
  }
  auto ended = co_await writer->end(!cut);
  if (cut && cut->code == ErrorCode::Invalid) {
    // Clients of tus try again after a 5xx, and only then.
    co_return fail(ErrorCode::Unavailable, "The upload was cut. Go on where it is now.", {},
                   cut->client_message);
  }
  if (cut) co_return std::unexpected(*cut);
  if (!ended || !ended->is_whole()) co_return ended;
  co_return co_await services.uploads.complete(access::Reach::of(ended->owner), ended->id);
}

/// A number that a field holds; empty: there is no such field. Errors: Invalid, also when two of
/// that name say different things.
Result<std::optional<std::int64_t>> number_of(const Request& request, std::string_view name) {
  std::optional<std::string_view> value;
  for (const auto& [field, said] : request.headers.rows()) {
    if (!http::same_token(field, name)) continue;
    if (value && *value != said) {
      return fail(ErrorCode::Invalid, fmt::format("`{}` is there twice.", name));
    }
    value = said;
  }
  if (!value) return std::nullopt;
  auto number = upload::number_in(name, *value);
  if (!number) return std::unexpected(number.error());
  return *number;
}

Result<std::optional<upload::WantedChecksum>> checksum_of(const Request& request) {
  const auto value = request.headers.find("Upload-Checksum");
  if (!value) return std::nullopt;
  auto wanted = upload::checksum_in(*value);
  if (!wanted) return std::unexpected(wanted.error());
  return *std::move(wanted);
}

/// Whether Content-Length already says that too much comes.
Status fits(const Request& request, const Writer& writer) {
  const auto length = request.body->length();
  if (!length || *length <= static_cast<std::uint64_t>(writer.room())) return {};
  return fail(ErrorCode::TooLarge, "`file` has more bytes than `Upload-Length` says.");
}

Task<Result<Upload>> append(Services services, Request& request, UploadId id, std::int64_t offset,
                            std::optional<std::int64_t> length) {
  auto checksum = checksum_of(request);
  if (!checksum) co_return std::unexpected(checksum.error());
  auto writer =
      co_await services.uploads.begin(access::Reach::of(request.who()), std::move(id), offset,
                                      length, *std::move(checksum), request.deadline);
  if (!writer) co_return std::unexpected(writer.error());
  if (auto room = fits(request, **writer); !room) co_return std::unexpected(room.error());
  co_return co_await receive(services, request.body, writer->get());
}

bool is_tus_body(const Request& request) {
  const std::string_view type = header(request, "Content-Type");
  return type.substr(0, type.find(';')) == upload::kTusContentType;
}

std::unexpected<Error> wrong_body() {
  return fail(ErrorCode::Unsupported,
              fmt::format("Send bytes with Content-Type: {}.", upload::kTusContentType));
}

/// What a creation by tus asks for.
struct Wanted {
  std::string name;
  Declared declared;
  std::optional<std::int64_t> length;
};

Result<Wanted> wanted_in(const Request& request) {
  auto length = number_of(request, "Upload-Length");
  if (!length) return std::unexpected(length.error());
  const auto defer = request.headers.find("Upload-Defer-Length");
  if (defer && (*defer != "1" || *length)) {
    return fail(ErrorCode::Invalid,
                "`Upload-Defer-Length` must be 1, and comes instead of `Upload-Length`.");
  }
  if (!defer && !*length) return fail(ErrorCode::Invalid, "`Upload-Length` is missing.");
  if (request.headers.find("Upload-Concat")) {
    return fail(ErrorCode::Invalid, "`Upload-Concat` is not served here.");
  }
  const std::string_view value = header(request, "Upload-Metadata");
  Wanted wanted{.name = {}, .declared = {.tus_metadata = std::string(value)}, .length = *length};
  const auto metadata = upload::metadata_in(value);
  if (!metadata) return std::unexpected(metadata.error());
  for (const auto& [key, said] : *metadata) {
    if (key == "filename" || (key == "name" && wanted.name.empty())) wanted.name = said;
    if (key == "filetype" || key == "type") wanted.declared.type = upload::clean_type(said);
  }
  wanted.name = upload::clean_name(wanted.name);
  return wanted;
}

Task<Response> create_by_tus(Services services, Request request) {
  const auto wanted = wanted_in(request);
  if (!wanted) co_return tus_problem(wanted.error());
  if (auto space = services.may_begin(); !space) co_return tus_problem(space.error());
  if (!is_tus_body(request) && request.body->length().value_or(0) > 0) {
    co_return tus_problem(wrong_body().error());
  }
  auto made = co_await services.uploads.create(request.who().user, wanted->name, wanted->length,
                                               request.deadline, wanted->declared);
  if (!made) co_return tus_problem(made.error());
  if (is_tus_body(request) && made->state == State::Open) {
    const UploadId id = made->id;
    auto grown = co_await append(services, request, id, 0, std::nullopt);
    if (!grown && grown.error().code != ErrorCode::Unavailable) {
      (void)co_await services.uploads.remove(access::Reach::of(request.who()), id,
                                             usual_deadline());
      co_return tus_problem(grown.error());
    }
    if (grown) made = std::move(grown);
  }
  Response response = as_created(*made);
  add_state(response, *made);
  co_return with_tus(std::move(response));
}

Task<Response> create(Services services, Request request) {
  if (!request.headers.find("Tus-Resumable")) {
    const bool form = upload::boundary_in(header(request, "Content-Type")).has_value();
    if (form) co_return co_await create_by_form(services, std::move(request));
    if (header(request, "Content-Type").starts_with("multipart/")) {
      co_return http::problem(Error{ErrorCode::Invalid, "The form is cut or malformed."});
    }
  }
  if (auto refusal = other_version(request)) co_return *std::move(refusal);
  co_return co_await create_by_tus(services, std::move(request));
}

Task<Response> options(Services services, Request) {
  Response response{.status = 204};
  response.headers.add("Tus-Version", std::string(upload::kTusVersion));
  response.headers.add("Tus-Extension", std::string(upload::kTusExtensions));
  response.headers.add("Tus-Max-Size", std::to_string(services.uploads.limits().bytes_max));
  response.headers.add("Tus-Checksum-Algorithm", std::string(upload::kTusChecksums));
  co_return with_tus(std::move(response));
}

Task<Response> head(Services services, Request request) {
  // Without tus it asks for the head of the file.
  if (!request.headers.find("Tus-Resumable")) {
    co_return co_await get_file(services, std::move(request));
  }
  if (auto refusal = other_version(request)) co_return *std::move(refusal);
  const auto found = co_await services.uploads.look(access::Reach::of(request.who()),
                                                    UploadId(request.params[0]), request.deadline);
  if (!found) co_return tus_problem(found.error());
  Response response{.status = 200};
  add_state(response, *found);
  if (found->length) {
    response.headers.add("Upload-Length", std::to_string(*found->length));
  } else {
    response.headers.add("Upload-Defer-Length", "1");
  }
  if (!found->tus_metadata.empty()) response.headers.add("Upload-Metadata", found->tus_metadata);
  response.headers.add("Cache-Control", "no-store");
  co_return with_tus(std::move(response));
}

Task<Response> patch(Services services, Request request) {
  // Foreign and absent first: nothing of the request is told to a stranger.
  UploadId id(request.params[0]);
  const auto known =
      co_await services.uploads.find(access::Reach::of(request.who()), id, request.deadline);
  if (!known) co_return tus_problem(known.error());
  if (auto refusal = other_version(request)) co_return *std::move(refusal);
  if (!is_tus_body(request)) co_return tus_problem(wrong_body().error());
  const auto offset = number_of(request, "Upload-Offset");
  if (!offset) co_return tus_problem(offset.error());
  if (!*offset) {
    co_return tus_problem(Error{ErrorCode::Invalid, "`Upload-Offset` must be a whole number."});
  }
  const auto length = number_of(request, "Upload-Length");
  if (!length) co_return tus_problem(length.error());
  const auto grown = co_await append(services, request, std::move(id), **offset, *length);
  if (!grown) co_return tus_problem(grown.error());
  Response response{.status = 204};
  add_state(response, *grown);
  co_return with_tus(std::move(response));
}

Task<Response> remove(Services services, Request request) {
  const auto removed = co_await services.uploads.remove(
      access::Reach::of(request.who()), UploadId(request.params[0]), request.deadline);
  if (!removed) co_return tus_problem(removed.error());
  co_return with_tus(http::no_content());
}

/// For a client whose surroundings know no PATCH and DELETE, tus 1.0 has `X-HTTP-Method-Override`.
Task<Response> by_post(Services services, Request request) {
  const std::string_view wanted = header(request, "X-HTTP-Method-Override");
  if (wanted == "PATCH") co_return co_await patch(services, std::move(request));
  if (wanted == "DELETE") co_return co_await remove(services, std::move(request));
  if (wanted == "HEAD") {
    if (auto refusal = other_version(request)) co_return *std::move(refusal);
    co_return co_await head(services, std::move(request));
  }
  const auto known = co_await services.uploads.find(access::Reach::of(request.who()),
                                                    UploadId(request.params[0]), request.deadline);
  if (!known) co_return tus_problem(known.error());
  co_return tus_problem(
      Error{ErrorCode::Invalid, "`X-HTTP-Method-Override` must be PATCH, DELETE or HEAD here."});
}

}  // namespace

http::Routes upload_routes(Uploads& uploads, std::function<Status()> may_begin) {
  const auto with = [services = Services{uploads, std::move(may_begin)}](
                        Task<Response> (*handle)(Services, Request)) {
    return [services, handle](Request request) { return handle(services, std::move(request)); };
  };
  constexpr const char* kAll = "/api/uploads";
  constexpr const char* kOne = "/api/uploads/{id:uuid}";
  return {
      guarded(Action::AddUpload, {Method::Options, kAll, with(options)}),
      guarded(Action::AddUpload, {Method::Post, kAll, with(create), kBodyBytesMax}),
      guarded(Action::ReadUpload, {Method::Head, kOne, with(head)}),
      guarded(Action::ReadUpload, {Method::Get, kOne, with(get_file)}),
      guarded(Action::ReadUpload, {Method::Get, "/api/uploads/{id:uuid}/info", with(get_info)}),
      guarded(Action::ReadUpload,
              {Method::Get, "/api/uploads/{id:uuid}/preview", with(get_preview)}),
      guarded(Action::AddUpload, {Method::Patch, kOne, with(patch), kBodyBytesMax}),
      guarded(Action::RemoveUpload, {Method::Delete, kOne, with(remove)}),
      // Whoever may go on with an upload may remove it, too.
      guarded(Action::AddUpload, {Method::Post, kOne, with(by_post), kBodyBytesMax}),
  };
}

}  // namespace reprise::uploads
