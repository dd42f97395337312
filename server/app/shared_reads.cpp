#include "app/shared_reads.hpp"

#include <memory>
#include <optional>

#include "domain/access/access.hpp"
#include "features/auth/doer.hpp"
#include "features/sharing/share_routes.hpp"
#include "platform/http/cookies.hpp"
#include "platform/http/responses.hpp"

namespace reprise::app {

using access::Action;
using audit::ObjectKind;
using http::Request;
using http::Response;
using sharing::Object;
using sharing::Seeker;
using sharing::Shares;

namespace {

constexpr int kNotFound = 404;
constexpr int kGone = 410;

/// What an action reads that can be shared.
std::optional<ObjectKind> kind_of(std::optional<Action> action) {
  if (!action) return std::nullopt;
  switch (*action) {
    case Action::ReadRecording:
    case Action::PlayRecording:
      return ObjectKind::Recording;
    case Action::ReadChat:
      return ObjectKind::Chat;
    default:
      return std::nullopt;
  }
}

struct SharedRead {
  Shares& shares;
  Action action;
  ObjectKind kind;
  http::Handler handler;
};

std::string visit_of(const Request& request) {
  return http::read_cookie(request.headers, sharing::kVisitCookie).value_or("");
}

/// What somebody wants, as often as it must be asked whether they may have it.
struct Wanted {
  Seeker seeker;
  Action action;
  Object object;
};

/// The film is played and kept at the same address.
Wanted wanted_by(const Request& request, const SharedRead& read) {
  const bool keeps =
      read.action == Action::PlayRecording && request.query_value("download").has_value();
  return {.seeker = {.principal = request.who(), .cookie = visit_of(request)},
          .action = keeps ? Action::DownloadRecording : read.action,
          .object = {.kind = read.kind, .id = request.params.front()}};
}

Request copy_of(const Request& request) {
  return {.method = request.method,
          .path = request.path,
          .query = request.query,
          .headers = request.headers,
          .params = request.params,
          .request_id = request.request_id,
          .peer_address = request.peer_address,
          .principal = request.principal,
          .deadline = request.deadline,
          .body = request.body};
}

Task<bool> still_shared(std::shared_ptr<const SharedRead> read,
                        std::shared_ptr<const Wanted> wanted) {
  const auto grant = co_await read->shares.grant(wanted->seeker, wanted->action, wanted->object,
                                                 Deadline::after(http::kWatchEvery));
  co_return grant.has_value();
}

/// The answer for somebody with whom the object is shared. Empty: it is not, or is not there.
Task<std::optional<Response>> by_share(std::shared_ptr<const SharedRead> read, Request request) {
  auto wanted = std::make_shared<const Wanted>(wanted_by(request, *read));
  const Deadline deadline = request.deadline;
  request.grant =
      co_await read->shares.grant(wanted->seeker, wanted->action, wanted->object, deadline);
  if (!request.grant) co_return std::nullopt;
  const access::Grant grant = *request.grant;
  audit::Doer doer = auth::doer_of(request);
  const bool whole = request.path.ends_with(wanted->object.id);
  Response response = co_await read->handler(std::move(request));
  if (response.status == kNotFound || response.status == kGone) co_return std::nullopt;
  // Links are counted when they are opened.
  if (whole && !grant.by_link) {
    co_await read->shares.note_opened(std::move(doer), grant.share_id, wanted->object, deadline);
  }
  response.still = [read, wanted] { return still_shared(read, wanted); };
  co_return response;
}

Task<Response> answered(std::shared_ptr<const SharedRead> read, Request request) {
  Request again = copy_of(request);
  Response own = co_await read->handler(std::move(request));
  if (own.status != kNotFound) co_return own;
  auto shared = co_await by_share(read, std::move(again));
  co_return shared ? *std::move(shared) : std::move(own);
}

Task<http::Authenticated> visitor(Shares& shares, const Request* request) {
  if (co_await shares.is_visitor(visit_of(*request), request->deadline)) {
    co_return http::Known{access::visitor()};
  }
  co_return std::unexpected(http::problem(401, "login-needed", "Log in to use this."));
}

}  // namespace

http::Routes with_shared_reads(Shares& shares, http::Routes routes) {
  if (shares.allowed() == access::Sharing::Off) return routes;
  for (http::Route& route : routes) {
    const auto kind = kind_of(route.action);
    if (!kind || !route.handler) continue;
    // Shared by the requests that are under way.
    auto read =
        std::make_shared<const SharedRead>(shares, *route.action, *kind, std::move(route.handler));
    route.handler = [read](Request request) { return answered(read, std::move(request)); };
  }
  return routes;
}

http::Gate with_visitors(Shares& shares, http::Gate gate) {
  if (shares.allowed() != access::Sharing::Links) return gate;
  gate.visitor = [&shares](const Request& request) { return visitor(shares, &request); };
  return gate;
}

}  // namespace reprise::app
