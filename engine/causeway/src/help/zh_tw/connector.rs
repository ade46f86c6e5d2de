//! The texts of `causeway connector` and what is below it.

pub const TEXTS: &[(&str, &str)] = &[
    ("connector", "查看連接器，製作並檢查自己的連接器"),
    ("connector list", "列出連接器"),
    ("connector show", "顯示連接器：連線、操作與觸發"),
    ("connector show <name>", "連接器，或其中一個操作或觸發"),
    (
        "connector show ?",
        "範例：
  causeway connector show line
  causeway connector show line.push_message          它的欄位
  causeway connector show line.message               流程可對觸發設定的欄位
  causeway connector show line.push_message --json   它的結構",
    ),
    ("connector test", "檢查連接器並重播測試資料，不使用網路"),
    ("connector test <folders>", "含有 openapi.yaml 的資料夾"),
    (
        "connector test ?",
        "範例：
  causeway connector test plugins/*/
  causeway connector test my-erp --json

有錯誤時以 3 結束。",
    ),
    ("connector new", "由系統的 OpenAPI 或 Swagger 描述製作連接器"),
    ("connector new --from", "描述文件：檔案、`-`（標準輸入）或網址"),
    ("connector new --name", "流程使用的名稱，[a-z0-9-]；未指定時取自描述文件的標題"),
    ("connector new --only", "要採用的操作或標籤，以逗號分隔；未指定時為全部"),
    ("connector new --into", "要寫入的資料夾；未指定時與連接器同名"),
    (
        "connector new ?",
        "範例：
  causeway connector new --from petstore.yaml
  causeway connector new --from https://example.com/openapi.json --name shop --only orders,create_customer

可讀 OpenAPI 3.0、3.1 與 Swagger 2。完成後請查看推測的內容、補上其餘部分，再加以檢查：
  causeway connector test shop",
    ),
    ("connector install", "檢查連接器，並安裝給此系統的所有程序使用"),
    ("connector install <what>", "含有 openapi.yaml 的資料夾、其 zip 檔、網址，或索引中的名稱"),
    ("connector install --disabled", "安裝，但暫不允許以此版本發布流程"),
    (
        "connector install ?",
        "範例：
  causeway connector install my-erp                           資料夾
  causeway connector install my-erp-1.2.0.zip
  causeway connector install https://example.com/my-erp.zip
  causeway connector install my-erp@1.2.0                     來自索引；未指定版本時取最新版

安裝前會先檢查並重播測試資料。流程沿用發布時的版本；若與新版本不相容會列出。",
    ),
    ("connector index", "列出連接器索引的內容"),
    ("connector versions", "顯示連接器的各個版本：來源、總和檢查碼與使用它的流程"),
    ("connector versions <name>", "連接器名稱"),
    ("connector check", "以所有使用該連接器的已發布流程檢查某個版本"),
    ("connector check <name>", "連接器名稱"),
    ("connector check <version>", "其中一個版本"),
    (
        "connector check ?",
        "範例：
  causeway connector check my-erp 1.3.0

有流程不相容時以 3 結束。",
    ),
    ("connector update", "以最新版本重新發布相容的流程"),
    ("connector update <name>", "連接器名稱"),
    ("connector update --flows", "流程代稱，以逗號分隔；或 `all`（全部）"),
    (
        "connector update ?",
        "範例：
  causeway connector update my-erp                       所有使用它的流程
  causeway connector update my-erp --flows orders,returns

以最新的啟用版本重新發布目前已發布的內容，草稿不受影響。有流程不相容而維持原狀時以 3 結束。",
    ),
    ("connector enable", "允許以某個版本發布流程"),
    ("connector enable <name>", "連接器名稱"),
    ("connector enable <version>", "其中一個版本"),
    ("connector disable", "不再允許以某個版本發布流程；已發布的流程繼續運作"),
    ("connector disable <name>", "連接器名稱"),
    ("connector disable <version>", "其中一個版本"),
    ("connector remove", "移除沒有任何流程或連線使用的版本"),
    ("connector remove <name>", "連接器名稱"),
    ("connector remove <version>", "其中一個版本"),
];
