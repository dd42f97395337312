#include "features/studies/study_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <tuple>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "features/studies/study_json.hpp"
#include "features/studies/study_table.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/responses.hpp"

namespace reprise::studies {
namespace json = boost::json;
using access::Action;
using access::Reach;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// Owned by the routes' handlers.
using Services = std::shared_ptr<const StudyServices>;

constexpr std::uint64_t kStudyBytesMax = std::uint64_t{2} << 20;

struct LinksWish {
  std::int64_t count = 1;
  std::optional<std::string> expires_at;
};
BOOST_DESCRIBE_STRUCT(LinksWish, (), (count, expires_at))

std::unexpected<Error> missing(const char* member) {
  return fail(ErrorCode::Invalid, fmt::format("`{}` is missing.", member));
}

Response answer(int status, const Result<Study>& study) {
  if (!study) return http::problem(study.error());
  Response response = http::json(status, json::serialize(to_api(*study)));
  if (status == 201) response.headers.add("Location", "/api/studies/" + study->id.value);
  return response;
}

StudyId id_of(const Request& request) { return StudyId(request.params[0]); }

/// Takes a member out of the body. Errors: Invalid.
Result<std::string> taken_task(json::value& body) {
  if (!body.is_object()) return fail(ErrorCode::Invalid, "The body must be an object.");
  json::object& object = body.get_object();
  const json::value* held = object.if_contains("task_id");
  if (held == nullptr) return missing("task_id");
  if (!held->is_string() || !is_uuid(std::string(held->get_string()))) {
    return fail(ErrorCode::Invalid, "`task_id` must be a UUID.");
  }
  std::string id(held->get_string());
  object.erase("task_id");
  return id;
}

/// Whether talks can be held with what is new. What a study has already is believed: it was checked
/// when it came, and a model that is gone meanwhile must not keep one from closing the study.
Task<Status> check_presets(Services services, std::vector<study::Condition> next,
                           std::vector<ConditionUse> had, Deadline deadline) {
  for (std::size_t at = 0; at < next.size(); ++at) {
    const study::Condition& one = next[at];
    const bool is_there = std::ranges::any_of(had, [&one](const ConditionUse& use) {
      return std::tie(use.condition.id, use.condition.model, use.condition.voice) ==
             std::tie(one.id, one.model, one.voice);
    });
    if (is_there) continue;
    if (Status may =
            co_await services->check_preset(fmt::format("conditions[{}]", at), one, deadline);
        !may) {
      co_return may;
    }
  }
  co_return Status{};
}

Task<Response> create(Services services, Request request) {
  auto body = co_await http::read_json<json::value>(request);
  if (!body) co_return http::problem(body.error());
  auto task = taken_task(*body);
  if (!task) co_return http::problem(task.error());
  auto made = study::read_change(*body);
  if (made && !made->title) made = missing("title");
  if (made && !made->consent_text) made = missing("consent_text");
  if (made && !made->conditions) made = missing("conditions");
  if (!made) co_return http::problem(made.error());
  if (const Status may = co_await check_presets(services, *made->conditions, {}, request.deadline);
      !may) {
    co_return http::problem(may.error());
  }
  co_return answer(201, co_await services->studies.create(request.who().user, *std::move(task),
                                                          *std::move(made), request.deadline));
}

Task<Response> list(Services services, Request request) {
  const auto task = request.query_value("task");
  if (task && !is_uuid(*task)) {
    co_return http::problem(fail(ErrorCode::Invalid, "`task` must be a UUID.").error());
  }
  const auto found = co_await services->studies.list(
      request.who().user, task ? std::optional(std::string(*task)) : std::nullopt,
      request.deadline);
  json::array rows;
  rows.reserve(found.size());
  for (const Study& one : found) rows.push_back(to_api(one));
  co_return http::json(200, json::serialize(json::object{{"studies", std::move(rows)}}));
}

Task<Response> get(Services services, Request request) {
  co_return answer(200, co_await services->studies.find(Reach::of(request.who()), id_of(request),
                                                        request.deadline));
}

Task<Response> change(Services services, Request request) {
  const auto body = co_await http::read_json<json::value>(request);
  if (!body) co_return http::problem(body.error());
  auto wish = study::read_change(*body);
  if (!wish) co_return http::problem(wish.error());
  if (wish->conditions) {
    const auto study =
        co_await services->studies.find(Reach::of(request.who()), id_of(request), request.deadline);
    if (!study) co_return http::problem(study.error());
    const Status may =
        co_await check_presets(services, *wish->conditions, study->conditions, request.deadline);
    if (!may) co_return http::problem(may.error());
  }
  co_return answer(200, co_await services->studies.change(Reach::of(request.who()), id_of(request),
                                                          *std::move(wish), request.deadline));
}

Task<Response> remove(Services services, Request request) {
  const bool with_participants = request.query_value("participants") == "delete";
  const auto removed = co_await services->studies.remove(Reach::of(request.who()), id_of(request),
                                                         with_participants, request.deadline);
  co_return removed ? http::no_content() : http::problem(removed.error());
}

Task<Response> list_participants(Services services, Request request) {
  const auto found = co_await services->studies.participants(Reach::of(request.who()),
                                                             id_of(request), request.deadline);
  if (!found) co_return http::problem(found.error());
  json::array rows;
  rows.reserve(found->size());
  for (const Participant& one : *found) rows.push_back(to_api(one));
  co_return http::json(200, json::serialize(json::object{{"participants", std::move(rows)}}));
}

Result<std::int64_t> end_of(const LinksWish& wish, std::int64_t now) {
  if (!wish.expires_at) return now + kLinkLifeUsualNs;
  const auto end = parse_rfc3339(*wish.expires_at);
  if (!end || *end <= now || *end > now + kLinkLifeMaxNs) {
    return fail(ErrorCode::Invalid,
                "`expires_at` must be a time (RFC 3339) within the next 366 days.");
  }
  return *end;
}

Task<Response> add_links(Services services, Request request) {
  const auto wish = co_await http::read_json<LinksWish>(request);
  if (!wish) co_return http::problem(wish.error());
  if (wish->count < 1 || wish->count > kLinksAtOnceMax) {
    co_return http::problem(
        Error{ErrorCode::Invalid, fmt::format("`count` must be from 1 to {}.", kLinksAtOnceMax)});
  }
  const auto end = end_of(*wish, services->now_utc_ns());
  if (!end) co_return http::problem(end.error());
  const auto made = co_await services->studies.add_links(Reach::of(request.who()), id_of(request),
                                                         wish->count, *end, request.deadline);
  if (!made) co_return http::problem(made.error());
  json::array rows;
  rows.reserve(made->size());
  for (const NewLink& one : *made) {
    json::object row = to_api(one.participant);
    row["secret"] = one.secret;
    rows.push_back(std::move(row));
  }
  co_return http::json(201, json::serialize(json::object{{"links", std::move(rows)}}));
}

Task<Response> revoke(Services services, Request request) {
  const auto revoked = co_await services->studies.revoke(
      Reach::of(request.who()), id_of(request), ParticipantId(request.params[1]), request.deadline);
  co_return revoked ? http::no_content() : http::problem(revoked.error());
}

struct Whole {
  Study study;
  std::vector<Participant> participants;
};

Task<Result<Whole>> whole_of(Services services, Reach reach, StudyId id, Deadline deadline) {
  auto study = co_await services->studies.find(reach, id, deadline);
  if (!study) co_return std::unexpected(study.error());
  auto participants = co_await services->studies.participants(reach, id, deadline);
  if (!participants) co_return std::unexpected(participants.error());
  co_return Whole{.study = *std::move(study), .participants = *std::move(participants)};
}

Task<Response> table(Services services, Request request) {
  const auto whole =
      co_await whole_of(services, Reach::of(request.who()), id_of(request), request.deadline);
  if (!whole) co_return http::problem(whole.error());
  Response response{.body = table_of(whole->study, whole->participants)};
  response.headers.add("Content-Type", "text/csv; charset=utf-8; header=present");
  response.headers.add("Content-Disposition", "attachment; filename=\"study.csv\"");
  response.headers.add("Cache-Control", "no-store");
  co_return response;
}

Task<Response> archive(Services services, Request request) {
  const Reach reach = Reach::of(request.who());
  auto whole = co_await whole_of(services, reach, id_of(request), request.deadline);
  if (!whole) co_return http::problem(whole.error());
  Response response{.body =
                        http::StreamBody{.source = zip_of(reach, whole->study, whole->participants,
                                                          services->files_of, services->pool,
                                                          services->now_utc_ns()),
                                         .length = std::nullopt}};
  response.headers.add("Content-Type", "application/zip");
  response.headers.add("Content-Disposition", "attachment; filename=\"study.zip\"");
  response.headers.add("Cache-Control", "no-store");
  co_return response;
}

}  // namespace

http::Routes study_routes(const StudyServices& given) {
  const auto services = std::make_shared<const StudyServices>(given);
  const auto with = [&services](Task<Response> (*handle)(Services, Request)) {
    return [services, handle](Request request) { return handle(services, std::move(request)); };
  };
  constexpr auto kRead = Action::ReadStudies;
  constexpr auto kManage = Action::ManageStudies;
  constexpr const char* kOne = "/api/studies/{id:uuid}";
  constexpr const char* kParticipants = "/api/studies/{id:uuid}/participants";
  return {
      guarded(kRead, {Method::Get, "/api/studies", with(list)}),
      guarded(kManage, {Method::Post, "/api/studies", with(create), kStudyBytesMax}),
      guarded(kRead, {Method::Get, kOne, with(get)}),
      guarded(kManage, {Method::Patch, kOne, with(change), kStudyBytesMax}),
      guarded(kManage, {Method::Delete, kOne, with(remove)}),
      guarded(kRead, {Method::Get, kParticipants, with(list_participants)}),
      guarded(kManage, {Method::Post, kParticipants, with(add_links)}),
      guarded(kManage, {Method::Delete, "/api/studies/{id:uuid}/participants/{participant:uuid}",
                        with(revoke)}),
      guarded(kRead, {Method::Get, "/api/studies/{id:uuid}/table", with(table)}),
      guarded(kRead, {Method::Get, "/api/studies/{id:uuid}/archive", with(archive)}),
  };
}

}  // namespace reprise::studies
