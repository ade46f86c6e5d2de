//! The help in zh-TW: a text for each command, argument and example of the tree. A test keeps it complete.

/// By path: `run list` for a command, `run list --flow` and `run list <id>` for arguments, `run list ?` for examples.
const TEXTS: &[(&str, &str)] = &[
    ("", "把公司的各個系統串成一體：以 JSON 撰寫流程，可靠地執行"),
    ("?", EXIT_CODES),
    ("--json", "以 JSON 輸出資料"),
    ("migrate", "將資料庫更新到最新；會先備份 SQLite 檔案"),
    ("migrate --check", "只說明將會發生什麼"),
    ("schema", "輸出文件的 JSON Schema"),
    ("schema <kind>", "哪一種文件"),
    ("flow", "流程：檢查、匯入、匯出、發布、比較"),
    ("flow validate", "檢查文件並列出所有問題；不需要資料庫"),
    ("flow validate <files>", "文件；`-` 為標準輸入"),
    (
        "flow validate ?",
        "範例：
  causeway flow validate workflows/*/flow.json
  jq . flow.json | causeway flow validate -

每個問題一行：檔案:行:欄 指標 代碼: 訊息 修正方式。有錯誤時以 3 結束。",
    ),
    ("flow list", "列出流程"),
    ("flow list --tag", "只列出有此標籤的流程"),
    ("flow versions", "列出流程已發布的版本"),
    ("flow versions <slug>", "流程的代號"),
    ("flow enable", "讓觸發再次啟動流程"),
    ("flow enable <slug>", "流程的代號"),
    ("flow disable", "不讓任何觸發啟動流程；進行中的執行會繼續"),
    ("flow disable <slug>", "流程的代號"),
    ("run", "執行：啟動、檢視、取消、接續、重播"),
    ("run list", "列出執行，最新的在前"),
    ("run list --flow", "只列出此流程的執行"),
    ("run list --status", "只列出此狀態：queued、running、waiting、succeeded、failed 或 cancelled"),
    ("run list --dead-letters", "只列出失敗且尚未接續的執行"),
    ("run list --before", "只列出比此執行更早的"),
    ("run list --limit", "幾筆"),
    (
        "run list ?",
        "範例：
  causeway run list --status failed
  causeway run list --flow quote-to-sales-order --limit 5
  causeway run list --dead-letters            等待人工處理的失敗執行
  causeway run list --json | jq -r '.[].id'",
    ),
    ("run cancel", "取消執行"),
    ("run cancel <id>", "執行的編號"),
    ("run cancel --reason", "原因，會與執行一同保存"),
    ("secret", "設定密鑰；設定後不再顯示其值"),
    ("secret set", "設定密鑰；值以詢問方式輸入，或由標準輸入讀取"),
    ("secret set <name>", "流程中的名稱：`secret.<名稱>`"),
    ("secret set --value-stdin", "由標準輸入讀取值"),
    (
        "secret set ?",
        "範例：
  causeway secret set crm_hook                       詢問時不顯示輸入內容
  printf %s \"$TOKEN\" | causeway secret set erp_token --value-stdin",
    ),
    ("secret list", "列出密鑰名稱"),
    ("secret delete", "刪除密鑰"),
    ("secret delete <name>", "密鑰名稱"),
    ("variable", "設定變數，流程以 `vars.<名稱>` 讀取"),
    ("variable set", "設定變數；進行中的執行沿用開始時的值"),
    ("variable set <name>", "流程中的名稱：`vars.<名稱>`"),
    ("variable set <value>", "值：能讀成 JSON 就是 JSON，否則為文字"),
    ("variable set --text", "一律視為文字，即使能讀成 JSON"),
    ("variable set --file", "由檔案讀取 JSON；`-` 為標準輸入"),
    (
        "variable set ?",
        "範例：
  causeway variable set sample_url http://127.0.0.1:7401     能讀成 JSON 就是 JSON，否則為文字
  causeway variable set limits '{\"large\": 100000}'
  causeway variable set order_no 007 --text                  一律為文字
  causeway variable set rates --file rates.json",
    ),
    ("variable list", "列出變數與其值"),
    ("user", "建立人員帳號"),
    ("user create", "建立帳號"),
    ("user create --email", "用來登入的電子郵件"),
    ("user create --role", "可以做什麼：owner、admin、editor、operator 或 viewer"),
    ("user create --password-stdin", "由標準輸入讀取密碼"),
    (
        "user create ?",
        "範例：
  causeway user create --email lin@example.com --role editor      會詢問密碼
  printf %s \"$PASSWORD\" | causeway user create --email lin@example.com --role owner --password-stdin

角色，後者可做前者能做的一切：viewer、operator、editor、admin、owner",
    ),
    ("user list", "列出帳號"),
    ("token", "建立 API 權杖"),
    ("token create", "建立權杖；只顯示一次，單獨在最後一行"),
    ("token create --name", "用途"),
    ("token create --role", "持有者可以做什麼：owner、admin、editor、operator 或 viewer"),
    (
        "token create ?",
        "範例：
  causeway token create --name ci --role editor
  TOKEN=$(causeway token create --name erp --role operator | tail -n 1)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:7400/api/v1/runs",
    ),
    ("token list", "列出權杖，不含其內容"),
    ("completions", "輸出 shell 的自動補全指令檔"),
    ("completions <shell>", "哪一種 shell"),
    (
        "completions ?",
        "範例：
  causeway completions bash > ~/.local/share/bash-completion/completions/causeway
  causeway completions zsh > ~/.zfunc/_causeway
  causeway completions fish > ~/.config/fish/completions/causeway.fish",
    ),
];

const EXIT_CODES: &str = "從這裡開始：
  causeway serve --sample                               啟動伺服器與可供呼叫的範例系統
  causeway flow import workflows/quote-to-sales-order --publish
  causeway run list
  causeway run show ID

結束狀態：
  0  完成
  1  嘗試過但失敗，例如以 --wait 等待的執行失敗
  2  命令列或設定有誤
  3  拒絕：文件或輸入無效（問題格式為 檔案:行:欄 指標 代碼: 訊息 修正方式）
  4  找不到
  5  衝突：期間已被更動，或目前狀態不允許
  6  資料庫或伺服器無法連上或忙碌中：請再試一次

設定：`causeway serve --help` 列出全部。語言：--lang en 或 --lang zh-TW。";

pub fn text(key: &str) -> Option<&'static str> {
    let key = key.trim();
    TEXTS.iter().find(|(known, _)| *known == key).map(|(_, text)| *text)
}

#[cfg(test)]
pub fn keys() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(key, _)| *key)
}
