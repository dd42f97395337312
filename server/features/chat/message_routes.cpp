#include "features/chat/message_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>

#include "base/id.hpp"
#include "domain/access/access.hpp"
#include "domain/chat/attachment.hpp"
#include "domain/chat/events.hpp"
#include "features/chat/message_json.hpp"
#include "platform/http/event_stream.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/page_json.hpp"
#include "platform/http/responses.hpp"

namespace reprise::chat {
namespace json = boost::json;
using access::Action;
using access::Reach;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// Room for a text of which each code point is escaped as two \uXXXX, and some more.
constexpr std::uint64_t kBodyMax = 12 * kTextCharactersMax + 16 * 1024;

struct MessageCreate {
  std::string client_id;
  std::string text;
  std::optional<std::vector<std::string>> upload_ids;
  std::optional<std::string> parent_id;
};
BOOST_DESCRIBE_STRUCT(MessageCreate, (), (client_id, text, upload_ids, parent_id))

struct NoWish {};
BOOST_DESCRIBE_STRUCT(NoWish, (), ())

/// The request says nothing but its address: it has no body, or `{}`. Errors: Invalid, naming a
/// member that somebody thought of.
Task<Status> read_no_wish(http::BodyReader* body) {
  const Result<Bytes> bytes = co_await body->read_all();
  if (!bytes) co_return std::unexpected(bytes.error());
  if (bytes->empty()) co_return Status{};
  const auto wish = from_json<NoWish>(as_text(*bytes));
  if (!wish) co_return std::unexpected(wish.error());
  co_return Status{};
}

/// An answer for what there is no ErrorCode for.
Response refused(const Error& error) {
  constexpr int kTooMany = 429;
  if (error.type != "too-many-answers") return http::problem(error);
  return http::problem(kTooMany, error.type, error.client_message);
}

Status check_uploads(const std::vector<std::string>& ids) {
  if (ids.size() > kAttachmentsMax) {
    return fail(ErrorCode::Invalid,
                fmt::format("`upload_ids` must name at most {} uploads.", kAttachmentsMax));
  }
  for (std::size_t at = 0; at < ids.size(); ++at) {
    if (std::ranges::count(ids, ids[at]) > 1) {
      return fail(ErrorCode::Invalid, fmt::format("`upload_ids[{}]` is there twice.", at));
    }
  }
  return {};
}

/// Absent: after the newest message. null: at the beginning. Errors: Invalid.
Result<Parent> wanted_parent(const json::value& body, const MessageCreate& wish) {
  if (!body.as_object().contains("parent_id")) return Newest{};
  if (!wish.parent_id) return Root{};
  if (!is_uuid(*wish.parent_id)) {
    return fail(ErrorCode::Invalid, "`parent_id` must be a UUID in lower case, or null.");
  }
  return MessageId(*wish.parent_id);
}

Result<NewMessage> wanted_message(ChatId chat, std::string_view text) {
  const auto body = parse_json(text);
  if (!body) return std::unexpected(body.error());
  auto wish = from_json_value<MessageCreate>(*body);
  if (!wish) return std::unexpected(wish.error());
  if (wish->client_id.size() > kClientIdBytesMax) {
    return fail(ErrorCode::Invalid,
                fmt::format("`client_id` must have at most {} bytes.", kClientIdBytesMax));
  }
  auto uploads = std::move(wish->upload_ids).value_or(std::vector<std::string>());
  // A file needs no words.
  const bool wordless = wish->text.empty() && !uploads.empty();
  if (auto status = wordless ? Status{} : check_text(wish->text); !status) {
    return std::unexpected(status.error());
  }
  if (auto status = check_uploads(uploads); !status) return std::unexpected(status.error());
  auto parent = wanted_parent(*body, *wish);
  if (!parent) return std::unexpected(parent.error());
  return NewMessage{.chat = std::move(chat),
                    .client_id = std::move(wish->client_id),
                    .text = std::move(wish->text),
                    .parent = *std::move(parent),
                    .upload_ids = std::move(uploads)};
}

struct Services {
  Messages& messages;
  Answers& answers;
};

Task<Response> send(Services services, Request request) {
  const access::UserId user = request.who().user;
  ChatId chat(request.params[0]);
  const Deadline deadline = request.deadline;
  const auto body = co_await http::read_json_text(
      request.body, std::string(request.headers.find("Content-Type").value_or("")));
  if (!body) co_return http::problem(body.error());
  auto wanted = wanted_message(std::move(chat), *body);
  if (!wanted) co_return http::problem(wanted.error());
  const auto sent = co_await services.messages.send(user, *std::move(wanted), deadline);
  if (!sent) co_return refused(sent.error());
  if (sent->is_new) services.answers.begin(sent->answer.id, deadline.trace());
  co_return http::json(201, json::serialize(json::object{{"message", to_api(sent->message)},
                                                         {"answer", to_api(sent->answer)}}));
}

Task<Response> regenerate(Services services, Request request) {
  const auto nothing = co_await read_no_wish(request.body);
  if (!nothing) co_return http::problem(nothing.error());
  const auto begun =
      co_await services.messages.regenerate(request.who().user, ChatId(request.params[0]),
                                            MessageId(request.params[1]), request.deadline);
  if (!begun) co_return refused(begun.error());
  services.answers.begin(begun->id, request.deadline.trace());
  co_return http::json(201, json::serialize(json::object{{"answer", to_api(*begun)}}));
}

Task<Response> stop(Services services, Request request) {
  const auto nothing = co_await read_no_wish(request.body);
  if (!nothing) co_return http::problem(nothing.error());
  const auto stopped =
      co_await services.messages.stop(Reach::of(request.who()), ChatId(request.params[0]),
                                      MessageId(request.params[1]), request.deadline);
  if (!stopped) co_return http::problem(stopped.error());
  services.answers.end_here(stopped->id);
  co_return http::json(200, json::serialize(to_api(*stopped)));
}

Task<Response> remove(Services services, Request request) {
  const auto removed =
      co_await services.messages.remove(Reach::of(request.who()), ChatId(request.params[0]),
                                        MessageId(request.params[1]), request.deadline);
  co_return removed ? http::no_content() : http::problem(removed.error());
}

Task<Response> stream(Services services, Request request) {
  const auto found =
      co_await services.messages.find_answer(Reach::of(request.who()), ChatId(request.params[0]),
                                             MessageId(request.params[1]), request.deadline);
  if (!found) co_return http::problem(found.error());
  const auto after = last_event_of(request.headers.find("Last-Event-ID"));
  if (!after) co_return http::problem(after.error());
  if (found->state != State::Streaming) {
    const auto progress = co_await services.messages.progress(found->id, *after);
    // A client that has heard everything need not come again (WHATWG HTML 9.2.3).
    if (progress && *after > progress->count) co_return http::no_content();
  }
  auto source = services.answers.listen(request.who().user, found->id, *after);
  constexpr int kTooMany = 429;
  if (!source) {
    co_return http::problem(kTooMany, "too-many-streams",
                            "Too many streams of answers are open. Close some of them.");
  }
  co_return http::event_stream(std::move(source));
}

Task<Response> list(archive::LiveSessions& live_sessions, BlockingPool& reads, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto page = co_await live_sessions.messages(request.readable(), ChatId(request.params[0]),
                                                    *wish, request.deadline);
  if (!page) co_return http::problem(page.error());
  co_return co_await reads.run([&] {
    return http::page_json(request, "messages", *page, [&request](const Message& message) {
      return request.grant ? to_viewer_api(message) : to_api(message);
    });
  });
}

}  // namespace

http::Routes message_routes(Messages& messages, Answers& answers,
                            archive::LiveSessions& live_sessions, BlockingPool& reads) {
  const auto with = [&messages, &answers](Task<Response> (*handle)(Services, Request)) {
    return [services = Services{messages, answers}, handle](Request request) {
      return handle(services, std::move(request));
    };
  };
  const std::string all = "/api/chats/{id:uuid}/messages";
  const std::string one = all + "/{message:uuid}";
  return {
      guarded(Action::ReadChat, {Method::Get, all,
                                 [&live_sessions, &reads](Request request) {
                                   return list(live_sessions, reads, std::move(request));
                                 }}),
      guarded(Action::SendMessage, {Method::Post, all, with(send), kBodyMax}),
      guarded(Action::RemoveMessage, {Method::Delete, one, with(remove)}),
      guarded(Action::FollowAnswer, {Method::Get, one + "/stream", with(stream)}),
      guarded(Action::StopAnswer, {Method::Post, one + "/stop", with(stop)}),
      guarded(Action::SendMessage, {Method::Post, one + "/regenerate", with(regenerate)}),
  };
}

}  // namespace reprise::chat
