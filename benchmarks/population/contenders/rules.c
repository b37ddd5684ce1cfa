/* Both workloads by hand: what somebody would write for these two policies alone. */
#include <stdint.h>

#define DAY 86400LL
#define M 1000000LL

void tolls(int64_t subjects, const int64_t *starts, const int8_t *kind, const int32_t *days,
           const int32_t *amount, const int32_t *level, int64_t *scores, int64_t *fired)
{
    for (int64_t who = 0; who < subjects; who++) {
        int64_t score = 1000 * M;
        for (int64_t i = starts[who]; i < starts[who + 1]; i++) {
            int32_t d = days[i], a = amount[i], l = level[i];
            switch (kind[i]) {
            case 0:
                if (d <= 3) { score += 2 * M; fired[0]++; }
                if (a > 500 && d <= 10) { score += 3 * M; fired[1]++; }
                if (d > 20) { score -= 1 * M; fired[2]++; }
                break;
            case 1:
                if (d > 5) { score -= d * (M / 2); fired[3]++; }
                if (d > 25 || a > 900) { score -= 12 * M; fired[4]++; }
                if (a < 50 && !(d > 28)) { score += 1 * M; fired[5]++; }
                break;
            case 2:
                if (l >= 6) { score -= 4 * M; fired[6]++; }
                if (l >= 3 && d >= 2) { score -= 3 * M; fired[7]++; }
                if (l == 0 || l == 1) { score += M / 4; fired[8]++; }
                break;
            case 3:
                if (a > 100) { score += 1 * M; fired[9]++; }
                if (a > 800 && l >= 5) { score += 6 * M; fired[10]++; }
                if (a + d > 1000) { score -= 2 * M; fired[11]++; }
                break;
            case 4:
                score -= 9 * M; fired[12]++;
                if (l > 2 && d < 15) { score -= 15 * M; fired[13]++; }
                break;
            case 5:
                if (l >= 1) { score += 5 * M / 2; fired[14]++; }
                if (d >= 7 && (l >= 4 || a > 300)) { score += 7 * M; fired[15]++; }
                break;
            }
        }
        scores[who] = score;
    }
}

#define TOP (1100 * M)
#define MOST 1024 /* events of one subject that wait at once; checked by the caller */

/* Points that lapse after one term wait in the order in which they came. */
typedef struct { int64_t due[MOST], amount[MOST], order[MOST]; int first, end; } Queue;
typedef struct { int64_t at[MOST]; int first, end; } Window;

static inline void wait(Queue *q, int64_t due, int64_t amount, int64_t order)
{
    if (!amount) return;
    q->due[q->end] = due; q->amount[q->end] = amount; q->order[q->end] = order; q->end++;
}

static inline int within(Window *w, int64_t now, int64_t length)
{
    while (w->first < w->end && w->at[w->first] + length <= now) w->first++;
    return w->end - w->first;
}

static inline int64_t clamp(int64_t score)
{
    return score < 0 ? 0 : score > TOP ? TOP : score;
}

static inline int64_t lapse(Queue *queues, int64_t score, int64_t now)
{
    for (;;) {
        Queue *next = 0;
        for (int k = 0; k < 3; k++) {
            Queue *q = &queues[k];
            if (q->first == q->end || q->due[q->first] > now) continue;
            if (!next || q->due[q->first] < next->due[next->first] ||
                (q->due[q->first] == next->due[next->first] &&
                 q->order[q->first] < next->order[next->first]))
                next = q;
        }
        if (!next) return score;
        score = clamp(score - next->amount[next->first++]);
    }
}

void ferry(int64_t subjects, const int64_t *starts, const int64_t *at, const int8_t *kind,
           const int32_t *days, const int32_t *amount, int64_t until,
           int64_t *scores, int64_t *fired)
{
    Queue queues[3];
    Window late, quarrel, help;
    for (int64_t who = 0; who < subjects; who++) {
        int64_t score = 1000 * M, ban = INT64_MIN, sum, rest;
        for (int k = 0; k < 3; k++) queues[k].first = queues[k].end = 0;
        late.first = late.end = quarrel.first = quarrel.end = help.first = help.end = 0;
        for (int64_t i = starts[who]; i < starts[who + 1]; i++) {
            int64_t now = at[i];
            score = lapse(queues, score, now);
            switch (kind[i]) {
            case 0: {
                late.at[late.end++] = now;
                int very = days[i] > 25, third = within(&late, now, 30 * DAY) >= 3;
                int plain = days[i] > 5 && !third;
                sum = score - 8 * M * plain - 20 * M * very - 40 * M * third;
                rest = sum < 0 ? -sum - 20 * M * very : 0;
                if (plain) wait(&queues[0], now + 90 * DAY, rest > 0 ? rest - 8 * M : -8 * M, i);
                score = sum < 0 ? 0 : sum;
                if (third) ban = now + 14 * DAY;
                fired[0] += plain; fired[1] += very; fired[2] += third;
                break;
            }
            case 1: {
                int gift = amount[i] >= 200, need = score < 850 * M;
                sum = score + 10 * M * gift + 25 * M * need;
                rest = sum > TOP ? sum - TOP - 25 * M * need : 0;
                if (gift) wait(&queues[1], now + 60 * DAY, rest > 0 ? 10 * M - rest : 10 * M, i);
                score = sum > TOP ? TOP : sum;
                fired[3] += gift; fired[4] += need;
                break;
            }
            case 2:
                if (ban > now) { score = clamp(score - 3 * M); fired[6]++; }
                else if (amount[i] > 400 && score >= 850 * M) {
                    score = clamp(score + 2 * M); fired[5]++;
                }
                break;
            case 3:
                quarrel.at[quarrel.end++] = now;
                if (within(&quarrel, now, 7 * DAY) >= 2 || days[i] > 28) {
                    int64_t after = clamp(score - 12 * M);
                    wait(&queues[2], now + 30 * DAY, after - score, i);
                    score = after; fired[7]++;
                }
                break;
            case 4: {
                help.at[help.end++] = now;
                int good = !(ban > now) && within(&late, now, 30 * DAY) == 0;
                int streak = within(&help, now, 30 * DAY) >= 4;
                int up = score < 600 * M && amount[i] > 300;
                score = clamp(score + 4 * M * good + 6 * M * streak + 15 * M * up);
                fired[8] += good; fired[9] += streak; fired[10] += up;
                break;
            }
            }
        }
        scores[who] = lapse(queues, score, until);
    }
}
