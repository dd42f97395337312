-- One request of wrk: a batch of BENCH_BATCH new events of the interaction log.
local batch = tonumber(os.getenv("BENCH_BATCH"))
local path = os.getenv("BENCH_PATH")
local origin = os.getenv("BENCH_ORIGIN")
local at = os.getenv("BENCH_AT")
local run = os.getenv("BENCH_RUN") -- eight hexadecimal digits: the ids of two runs differ
local number = 0

function request()
  local events = {}
  for n = 1, batch do
    number = number + 1
    events[n] = string.format('{"id":"%s-0000-4000-8000-%012x","kind":"playback_seek","at":"%s","data":{"recording_id":"0194a000-0000-7000-8000-0000000000c1","from_ms":%d,"to_ms":%d}}', run, number, at, number % 100000, number % 70000)
  end
  return wrk.format("POST", path, { ["content-type"] = "application/json", ["origin"] = origin }, '{"events":[' .. table.concat(events, ",") .. "]}")
end


function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
