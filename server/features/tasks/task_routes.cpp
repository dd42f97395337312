#include "features/tasks/task_routes.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "domain/access/access.hpp"
#include "domain/task/task_csv.hpp"
#include "features/tasks/task_json.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/page_json.hpp"
#include "platform/http/range.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/text.hpp"

namespace reprise::tasks {
namespace json = boost::json;
using access::Action;
using access::Reach;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// A hundred steps with criteria, in any alphabet.
constexpr std::uint64_t kTaskBytesMax = std::uint64_t{512} << 10;
constexpr std::uint64_t kTableBytesMax = std::uint64_t{4} << 20;
constexpr std::size_t kQueryCharactersMax = 200;

Response failed(const Error& error) {
  if (error.type == "etag-mismatch") {
    return http::problem(412, error.type, error.client_message);
  }
  return http::problem(error);
}

Response answer(int status, const Result<task::Task>& task) {
  if (!task) return failed(task.error());
  Response response = http::json(status, json::serialize(to_api(*task)));
  response.headers.add("ETag", task::etag_of(task->revision));
  return response;
}

std::optional<std::string> if_match(const Request& request) {
  const auto held = request.headers.find("If-Match");
  return held ? std::optional(std::string(*held)) : std::nullopt;
}

std::optional<std::string> text_of(const Request& request, std::string_view name) {
  const auto held = request.query_value(name);
  return held ? std::optional(std::string(*held)) : std::nullopt;
}

Result<std::optional<std::string>> pattern_of(const Request& request) {
  const auto query = text_of(request, "q");
  if (!query || query->empty()) return std::nullopt;
  if (!is_utf8(*query) || utf8_length(*query) > kQueryCharactersMax) {
    return fail(ErrorCode::Invalid, "`q` must have at most 200 characters.");
  }
  std::string pattern = task::search_pattern(*query);
  // No task has this sign in its words.
  return pattern.empty() ? "\n" : pattern;
}

Result<Filter> filter_of(const Request& request) {
  Filter filter{.assignee = text_of(request, "assignee"), .chat_id = text_of(request, "chat")};
  if (const auto done = request.query_value("done")) {
    if (*done != "true" && *done != "false") {
      return fail(ErrorCode::Invalid, "`done` must be true or false.");
    }
    filter.done = *done == "true";
  }
  if (const auto order = request.query_value("order")) {
    const auto known = enum_from_text<Order>(*order);
    if (!known) return fail(ErrorCode::Invalid, "`order` must be position, due or created.");
    filter.order = *known;
  }
  auto pattern = pattern_of(request);
  if (!pattern) return std::unexpected(pattern.error());
  filter.pattern = *std::move(pattern);
  return filter;
}

Task<Response> list(Tasks& tasks, BlockingPool& reads, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto filter = filter_of(request);
  if (!filter) co_return http::problem(filter.error());
  const auto page = co_await tasks.list(request.who().user, *filter, *wish, request.deadline);
  co_return co_await reads.run([&] {
    return http::page_json(request, "tasks", page,
                           [](const task::Task& task) { return to_api(task); });
  });
}

Task<Response> create(Tasks& tasks, Request request) {
  const auto body = co_await http::read_json<json::value>(request);
  if (!body) co_return http::problem(body.error());
  const auto made = task::read_new(*body, request.who().user);
  if (!made) co_return http::problem(made.error());
  const auto task = co_await tasks.create(request.who().user, *made, request.deadline);
  Response response = answer(201, task);
  if (task) response.headers.add("Location", "/api/tasks/" + task->id.value);
  co_return response;
}

Task<Response> get(Tasks& tasks, Request request) {
  const auto task =
      co_await tasks.find(Reach::of(request.who()), TaskId(request.params[0]), request.deadline);
  if (!task) co_return failed(task.error());
  const std::string etag = task::etag_of(task->revision);
  const http::Conditions conditions{.if_none_match = request.headers.find("If-None-Match")};
  if (http::decide(conditions, true, etag, 0).status != 304) co_return answer(200, task);
  Response unchanged;
  unchanged.status = 304;
  unchanged.headers.add("ETag", etag);
  co_return unchanged;
}

Task<Response> change(Tasks& tasks, Request request) {
  const auto body = co_await http::read_json<json::value>(request);
  if (!body) co_return http::problem(body.error());
  const auto wish = task::read_change(*body, request.who().user);
  if (!wish) co_return http::problem(wish.error());
  co_return answer(200, co_await tasks.change(Reach::of(request.who()), TaskId(request.params[0]),
                                              *wish, if_match(request), request.deadline));
}

Task<Response> remove(Tasks& tasks, Request request) {
  const auto removed = co_await tasks.remove(Reach::of(request.who()), TaskId(request.params[0]),
                                             if_match(request), request.deadline);
  co_return removed ? http::no_content() : failed(removed.error());
}

Task<Response> list_assigned(Tasks& tasks, BlockingPool& reads, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto page = co_await tasks.assigned(request.who().user, *wish, request.deadline);
  co_return co_await reads.run([&] {
    return http::page_json(request, "tasks", page,
                           [](const Assigned& one) { return assigned_json(one); });
  });
}

/// The body of a tick.
struct Tick {
  std::string step_id;
  bool done = false;
};
BOOST_DESCRIBE_STRUCT(Tick, (), (step_id, done))

Task<Response> tick(Tasks& tasks, Request request) {
  const auto wish = co_await http::read_json<Tick>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto ticked = co_await tasks.tick(request.who(), request.params[0], wish->step_id,
                                          wish->done, request.deadline);
  if (!ticked) co_return http::problem(ticked.error());
  Response response = http::json(200, json::serialize(assigned_json(*ticked)));
  response.headers.add("ETag", task::etag_of(ticked->task.revision));
  co_return response;
}

/// The tasks of a person as a table, a page at a time.
class Table final : public http::BodySource {
 public:
  Table(Tasks& tasks, access::UserId owner) : tasks_(tasks), owner_(std::move(owner)) {}

  Task<Bytes> next() override {
    if (ended_) co_return Bytes();
    std::string text = begun_ ? "" : task::table_head();
    begun_ = true;
    const auto page = co_await tasks_.list(owner_, {}, {.limit = kPageLimitMax, .after = after_},
                                           database::usual_deadline());
    for (const task::Task& task : page.items) text += task::table_line(task);
    after_ = page.next;
    ended_ = !page.next;
    const ByteView bytes = as_bytes(text);
    co_return Bytes(bytes.begin(), bytes.end());
  }

 private:
  Tasks& tasks_;
  const access::UserId owner_;
  std::optional<PageKey> after_;
  bool begun_ = false;
  bool ended_ = false;
};

Task<Response> write_table(Tasks& tasks, Request request) {
  Response response;
  response.headers.add("Content-Type", "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", "attachment; filename=\"tasks.csv\"");
  response.headers.add("Cache-Control", "no-store");
  response.body = http::StreamBody{.source = std::make_unique<Table>(tasks, request.who().user)};
  co_return response;
}

Task<Response> read_table(Tasks& tasks, BlockingPool& reads, Request request) {
  const std::string_view type = request.headers.find("Content-Type").value_or("");
  if (!http::same_token(http::trim(type.substr(0, type.find(';'))), "text/csv")) {
    co_return http::problem(
        Error{ErrorCode::Unsupported, "Send the table with Content-Type: text/csv."});
  }
  const auto bytes = co_await request.body->read_all();
  if (!bytes) co_return http::problem(bytes.error());
  if (!is_utf8(as_text(*bytes))) {
    co_return http::problem(
        Error{ErrorCode::Invalid,
              "The table is not UTF-8. Where a spreadsheet asks how to save it, say “CSV UTF-8”."});
  }
  const access::UserId& owner = request.who().user;
  auto made = co_await reads.run([&] { return task::read_table(as_text(*bytes), owner); });
  if (!made) co_return http::problem(made.error());
  const auto sum = co_await tasks.import(owner, *std::move(made), request.deadline);
  if (!sum) co_return http::problem(sum.error());
  co_return http::json(
      200, json::serialize(json::object{{"imported", sum->imported}, {"known", sum->known}}));
}

json::object to_api(const Session& session) {
  json::object object{{"live_session_id", session.id.value},
                      {"created_at", rfc3339(session.created_utc_ns)},
                      {"ended_at", nullptr},
                      {"reason", nullptr},
                      {"recording", nullptr}};
  if (session.ended_utc_ns) object["ended_at"] = rfc3339(*session.ended_utc_ns);
  if (session.reason) object["reason"] = *session.reason;
  if (session.recording_id) {
    json::object recording{{"id", *session.recording_id},
                           {"state", session.recording_state},
                           {"duration_ms", nullptr}};
    if (session.duration_ns) {
      recording["duration_ms"] = static_cast<double>(*session.duration_ns) / 1e6;
    }
    object["recording"] = std::move(recording);
  }
  return object;
}

Task<Response> list_sessions(Tasks& tasks, Request request) {
  const auto found = co_await tasks.sessions(Reach::of(request.who()), TaskId(request.params[0]),
                                             request.deadline);
  if (!found) co_return http::problem(found.error());
  json::array rows;
  rows.reserve(found->size());
  for (const Session& one : *found) rows.push_back(to_api(one));
  co_return http::json(200, json::serialize(json::object{{"sessions", std::move(rows)}}));
}

Task<Response> add_session(Tasks& tasks, Request request) {
  const auto added =
      co_await tasks.add_session(Reach::of(request.who()), TaskId(request.params[0]),
                                 session::LiveSessionId(request.params[1]), request.deadline);
  co_return added ? http::no_content() : http::problem(added.error());
}

}  // namespace

http::Routes task_routes(Tasks& tasks, BlockingPool& reads) {
  const auto with = [&tasks](Task<Response> (*handle)(Tasks&, Request)) {
    return [&tasks, handle](Request request) { return handle(tasks, std::move(request)); };
  };
  const auto reading = [&tasks, &reads](Task<Response> (*handle)(Tasks&, BlockingPool&, Request)) {
    return [&tasks, &reads, handle](Request request) {
      return handle(tasks, reads, std::move(request));
    };
  };
  constexpr const char* kAll = "/api/tasks";
  constexpr const char* kOne = "/api/tasks/{id:uuid}";
  constexpr const char* kTable = "/api/tasks/table";
  return {
      guarded(Action::ListTasks, {Method::Get, kAll, reading(list)}),
      guarded(Action::CreateTask, {Method::Post, kAll, with(create), kTaskBytesMax}),
      guarded(Action::ListTasks, {Method::Get, kTable, with(write_table)}),
      guarded(Action::CreateTask, {Method::Put, kTable, reading(read_table), kTableBytesMax}),
      guarded(Action::ListTasks, {Method::Get, "/api/tasks/assigned", reading(list_assigned)}),
      guarded(Action::TickTask, {Method::Patch, "/api/tasks/assigned/{id:uuid}", with(tick)}),
      guarded(Action::ReadTask, {Method::Get, kOne, with(get)}),
      guarded(Action::ChangeTask, {Method::Patch, kOne, with(change), kTaskBytesMax}),
      guarded(Action::DeleteTask, {Method::Delete, kOne, with(remove)}),
      guarded(Action::ReadTask,
              {Method::Get, "/api/tasks/{id:uuid}/sessions", with(list_sessions)}),
      guarded(Action::ChangeTask,
              {Method::Put, "/api/tasks/{id:uuid}/sessions/{live:uuid}", with(add_session)}),
  };
}

}  // namespace reprise::tasks
