export const id = 627;
export const ids = [627];
export const modules = {

/***/ 5627:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openOctokit: () => (/* binding */ openOctokit)
/* harmony export */ });
/* harmony import */ var _actions_github_lib_utils__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(571);
/* harmony import */ var _octokit_plugin_retry__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9735);
/* harmony import */ var _octokit_plugin_throttling__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6856);
/* harmony import */ var bottleneck_light_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3251);
/* harmony import */ var _api_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3964);
/* harmony import */ var _model_bounded_fetch_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3998);
/** Octokit as actions have it, made patient: it repeats what is sound to repeat and waits where GitHub asks for it, within the budget. */






/** `lib/utils` is the door of the package that reads no payload; the proxy it takes from the environment, when it is loaded. */
function openOctokit(plan) {
    const { apiUrl, token, userAgent, patience, deadline } = plan;
    const milliseconds = () => Math.min(deadline - patience.now(), patience.requestMilliseconds);
    const fetch = (0,_model_bounded_fetch_js__WEBPACK_IMPORTED_MODULE_3__/* .boundedFetch */ .A)(_actions_github_lib_utils__WEBPACK_IMPORTED_MODULE_0__/* .defaults */ .NT.request?.fetch, { origin: new URL(apiUrl).origin, milliseconds });
    const tries = new WeakMap();
    const mayRepeat = (request, seconds) => (tries.get(request) ?? 0) < patience.attempts && patience.now() + seconds * patience.secondMilliseconds < deadline;
    const judged = (octokit) => {
        octokit.hook.before('request', (request) => void tries.set(request, (tries.get(request) ?? 0) + 1));
        octokit.hook.error('request', (error, request) => {
            if ((0,_api_error_js__WEBPACK_IMPORTED_MODULE_2__/* .isFailedRequest */ .vt)(error))
                judge(error, request, mayRepeat);
            throw error;
        });
        return {};
    };
    const octokit = new (_actions_github_lib_utils__WEBPACK_IMPORTED_MODULE_0__/* .GitHub */ .gq.plugin(judged, _octokit_plugin_retry__WEBPACK_IMPORTED_MODULE_4__/* .retry */ .L, _octokit_plugin_throttling__WEBPACK_IMPORTED_MODULE_5__/* .throttling */ .A))((0,_actions_github_lib_utils__WEBPACK_IMPORTED_MODULE_0__/* .getOctokitOptions */ .EG)(token, {
        baseUrl: apiUrl.replace(/\/+$/, ''),
        userAgent,
        log: silent,
        request: { ..._actions_github_lib_utils__WEBPACK_IMPORTED_MODULE_0__/* .defaults */ .NT.request, fetch, log: silent },
        retry: { retryAfterBaseValue: patience.secondMilliseconds, doNotRetry: [403, 429] },
        throttle: pace(patience, mayRepeat),
    }));
    // The first of all hooks, since it is the last to come. Octokit hands the same `request` to every call, and the plugins keep count in it.
    octokit.hook.before('request', (options) => void Object.assign(options, { request: { ...options.request }, headers: { ...options.headers, ...headers } }));
    return octokit;
}
const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
/** What a server says of its routes is nothing for the log of a step. */
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** Says of every failure what the retry plugin may do: by itself it would repeat a POST whose answer was lost, and knows no Retry-After. */
function judge(error, options, mayRepeat) {
    const { method, url = '', request = {} } = options;
    const problem = (0,_api_error_js__WEBPACK_IMPORTED_MODULE_2__/* .problemOf */ .Zw)(error);
    // Its waits are the squares of 1, 2, 3 and so on.
    const wait = ((request.retryCount ?? 0) + 1) ** 2;
    const isSound = problem === 'unsure' && (method !== 'POST' || url.endsWith('/graphql'));
    request.retries = isSound && mayRepeat(options, wait) ? manyRetries : 0;
    if (problem !== 'limited' || isKnownLimit(error))
        return;
    const seconds = Number(error.response?.headers['retry-after']) || wait;
    error.request = { ...error.request, request: { ...request, retries: mayRepeat(options, seconds) ? manyRetries : 0, retryAfter: seconds } };
}
/** How many there are is for `MayRepeat` to say. */
const manyRetries = 1000;
/** The limits that the throttling plugin waits out. */
function isKnownLimit({ message, response }) {
    return /\bsecondary rate\b/i.test(message) || response?.headers['x-ratelimit-remaining'] === '0';
}
/** One write at a time, a second apart, and three where somebody is notified, as GitHub asks of its clients. */
function pace({ secondMilliseconds, secondaryLimitSeconds }, mayRepeat) {
    const apart = (seconds) => new bottleneck_light_js__WEBPACK_IMPORTED_MODULE_1__.Group({ maxConcurrent: 1, minTime: seconds * secondMilliseconds });
    const onLimit = (seconds, request) => mayRepeat(request, seconds);
    return {
        write: apart(1),
        notifications: apart(3),
        retryAfterBaseValue: secondMilliseconds,
        fallbackSecondaryRateRetryAfter: secondaryLimitSeconds,
        onRateLimit: onLimit,
        onSecondaryRateLimit: onLimit,
    };
}


/***/ })

};
