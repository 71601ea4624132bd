-- wrk: POST the bodies of a file one after the other, at full speed or with time to think between them.
-- Environment: BENCH_BODIES file, one body a line; BENCH_VARIED where requests differ; BENCH_FIRST_PLACE the line to
-- begin behind; BENCH_NONCE and BENCH_FIRST_NONCE what stands for
-- a number and where to begin; BENCH_THINK_MS mean milliseconds that each connection waits before a request.

wrk.method = "POST"
wrk.headers["content-type"] = "application/json"

local before, after = {}, {}
local place = tonumber(os.getenv("BENCH_FIRST_PLACE"))
local nonce = tonumber(os.getenv("BENCH_FIRST_NONCE"))
local mark = os.getenv("BENCH_NONCE")

function init(args)
  for body in io.lines(os.getenv("BENCH_BODIES")) do
    if os.getenv("BENCH_VARIED") then
      local request = wrk.format(nil, nil, nil, body)
      local from, to = request:find(mark, 1, true)
      before[#before + 1] = from and request:sub(1, from - 1) or request
      after[#before] = from and request:sub(to + 1) or false
    else
      wrk.body = body
    end
  end
end

-- wrk makes a request once and for all where there is no such function.
if os.getenv("BENCH_VARIED") then
  function request()
    place = place % #before + 1
    if not after[place] then return before[place] end
    nonce = nonce + 1
    return before[place] .. string.format("%012d", nonce) .. after[place]
  end
end

local think = tonumber(os.getenv("BENCH_THINK_MS") or "0")
if think > 0 then
  -- Exponential: clients know nothing of each other.
  function delay()
    return math.floor(-think * math.log(1 - math.random()) + 0.5)
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'BENCH {"requests":%d,"durationUs":%d,"bytes":%d,"failures":%d,"p50Us":%.0f,"p99Us":%.0f,"p999Us":%.0f}\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
